package dev.bbm.starter.worker;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.CountWorkflowExecutionsRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;

/** Tells the SDK's in-JVM server from a real one: it cannot count workflows. */
public final class InJvmServer {

  private InJvmServer() {}

  /** Whether an in-JVM server answers; any other trouble is left to those who need the server. */
  public static boolean answers(WorkflowServiceStubs stubs) {
    try {
      stubs
          .blockingStub()
          .countWorkflowExecutions(
              CountWorkflowExecutionsRequest.newBuilder().setNamespace("default").build());
      return false;
    } catch (StatusRuntimeException refused) {
      return refused.getStatus().getCode() == Status.Code.UNIMPLEMENTED;
    }
  }
}
