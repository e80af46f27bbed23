package dev.bbm.starter.embedded;

import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** A workflow that waits for a name. */
@WorkflowInterface
public interface Greeting {

  @WorkflowMethod
  String greet();

  @SignalMethod
  void name(String name);
}
