package dev.bbm.workflows.failover;

import java.util.Locale;

/** What the application's own tooling does at a step. */
public enum Hook {
  /** Before step 4: stop the application's writes. */
  PAUSE_APP,
  /** Step 6, where a command promotes. */
  PROMOTE,
  /** Step 11: point the application at the new database. */
  REPOINT_APP,
  /** After step 11, and on every way back: let the application write again. */
  RESUME_APP;

  /** As in the configuration: {@code pause_app}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
