package dev.bbm.starter.exactness;

import dev.bbm.workflows.migration.Messages;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;

/** A client of the test's own. */
public record TemporalClient(WorkflowServiceStubs stubs, WorkflowClient client)
    implements AutoCloseable {

  public static TemporalClient of(String target) {
    var stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder().setTarget(target).build());
    return new TemporalClient(
        stubs,
        WorkflowClient.newInstance(
            stubs,
            WorkflowClientOptions.newBuilder().setDataConverter(Messages.CONVERTER).build()));
  }

  @Override
  public void close() {
    stubs.shutdownNow();
  }
}
