package dev.bbm.starter.embedded;

import io.temporal.workflow.Workflow;

/** Says hello as soon as it knows to whom. */
public final class GreetingWorkflowImpl implements Greeting {

  private String name = "";

  @Override
  public String greet() {
    Workflow.await(() -> !name.isEmpty());
    return "Hello, " + name;
  }

  @Override
  public void name(String given) {
    this.name = given;
  }
}
