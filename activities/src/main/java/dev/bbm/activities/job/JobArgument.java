package dev.bbm.activities.job;

import java.util.regex.Pattern;

/** An argument that a job class declares. */
public record JobArgument(String name, ArgumentType type) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  public JobArgument {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the argument name \"%s\" must be lower-case letters, digits and _, like copy_from"
              .formatted(name));
    }
    if (name.equals("table")) {
      throw new IllegalArgumentException(
          "the argument name \"table\" is taken: ${table} is the migration's table; choose another");
    }
  }

  @Override
  public String toString() {
    return name + " " + type.label();
  }
}
