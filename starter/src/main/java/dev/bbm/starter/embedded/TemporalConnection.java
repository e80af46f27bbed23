package dev.bbm.starter.embedded;

import io.grpc.StatusRuntimeException;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.common.SearchAttributeKey;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A short connection to an embedded Temporal server, while it starts. */
final class TemporalConnection implements AutoCloseable {

  private static final String NAMESPACE = "default";
  private static final int LIMIT_SECONDS = 10;

  private final WorkflowServiceStubs stubs;

  TemporalConnection(String target) {
    this.stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder().setTarget(target).build());
  }

  boolean servesNamespace() {
    try {
      stubs
          .blockingStub()
          .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
          .describeNamespace(DescribeNamespaceRequest.newBuilder().setNamespace(NAMESPACE).build());
      return true;
    } catch (StatusRuntimeException _) {
      return false; // not serving yet, or the namespace is still being made
    }
  }

  void register(List<SearchAttributeKey<?>> keys) {
    if (keys.isEmpty()) {
      return;
    }
    var request = AddSearchAttributesRequest.newBuilder().setNamespace(NAMESPACE);
    keys.forEach(key -> request.putSearchAttributes(key.getName(), key.getValueType()));
    OperatorServiceGrpc.newBlockingStub(stubs.getRawChannel())
        .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
        .addSearchAttributes(request.build());
  }

  @Override
  public void close() {
    stubs.shutdownNow();
  }
}
