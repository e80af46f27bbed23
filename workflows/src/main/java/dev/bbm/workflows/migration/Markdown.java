package dev.bbm.workflows.migration;

import java.util.regex.Pattern;

/** Texts that people wrote, for a page of markdown: the Web UI renders even their HTML. */
public final class Markdown {

  private static final Pattern SPECIAL = Pattern.compile("[\\\\`*_{}\\[\\]<>#|&~^$]");

  private static final Pattern SPACES = Pattern.compile("\\s+");

  private Markdown() {}

  /** One line of plain text that the page shows as it was written. */
  public static String plain(String text) {
    return SPECIAL.matcher(SPACES.matcher(text.strip()).replaceAll(" ")).replaceAll("\\\\$0");
  }
}
