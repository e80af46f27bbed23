package dev.bbm.starter.embedded;

import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.SearchAttributes;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;

/** A worker for {@link Greeting}, with a client that starts and names greetings. */
final class GreetingWorker implements AutoCloseable {

  private static final String QUEUE = "greetings";

  private final WorkflowServiceStubs stubs;
  private final WorkflowClient client;
  private final WorkerFactory factory;

  GreetingWorker(String target) {
    stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder().setTarget(target).build());
    client = WorkflowClient.newInstance(stubs);
    factory = WorkerFactory.newInstance(client);
    var options =
        WorkerOptions.newBuilder().setStickyQueueScheduleToStartTimeout(Duration.ZERO).build();
    factory
        .newWorker(QUEUE, options)
        .registerWorkflowImplementationTypes(GreetingWorkflowImpl.class);
    factory.start();
  }

  void start(String id, SearchAttributes attributes) {
    var options =
        WorkflowOptions.newBuilder()
            .setWorkflowId(id)
            .setTaskQueue(QUEUE)
            .setTypedSearchAttributes(attributes)
            .build();
    WorkflowClient.start(client.newWorkflowStub(Greeting.class, options)::greet);
  }

  String greet(String id, String name) {
    client.newWorkflowStub(Greeting.class, id).name(name);
    return WorkflowStub.fromTyped(client.newWorkflowStub(Greeting.class, id))
        .getResult(String.class);
  }

  WorkflowClient client() {
    return client;
  }

  @Override
  public void close() {
    factory.shutdownNow();
    stubs.shutdownNow();
  }
}
