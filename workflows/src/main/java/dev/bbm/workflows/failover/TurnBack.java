package dev.bbm.workflows.failover;

/** Why a failover goes no further forward. */
final class TurnBack extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TurnBack(String reason) {
    super(reason);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
