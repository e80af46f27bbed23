package dev.bbm.starter.command;

import java.util.Locale;

/** For whom a command writes. */
enum OutputFormat {
  TABLE,
  JSON;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
