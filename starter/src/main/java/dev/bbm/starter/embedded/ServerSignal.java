package dev.bbm.starter.embedded;

/** A signal that a test or a shutdown sends to an embedded server, by its POSIX name. */
public enum ServerSignal {
  TERM,
  INT,
  QUIT,
  KILL,
  STOP,
  CONT
}
