package dev.bbm.workflows.migration;

import org.jspecify.annotations.Nullable;

/** Texts that people wrote, cut to what Temporal takes: a server refuses longer ones for ever. */
final class Reason {

  /** A summary has 400 bytes, and a character has up to four. */
  static final int SUMMARY = 100;

  /** Details have 20 kB, messages should stay below 64 KiB. */
  static final int MESSAGE = 1_000;

  private Reason() {}

  /** The text itself, or its beginning and an ellipsis. */
  static String cut(String text, int length) {
    if (text.codePointCount(0, text.length()) <= length) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, length - 1)) + "…";
  }

  /** The same for a text that may be absent. */
  static @Nullable String cutToMessage(@Nullable String text) {
    return text == null ? null : cut(text, MESSAGE);
  }
}
