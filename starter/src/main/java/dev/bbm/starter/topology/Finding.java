package dev.bbm.starter.topology;

/**
 * Something about the configured databases that a person should know.
 *
 * @param error whether bbm would do wrong things with it; otherwise it could only not be checked
 * @param remedy what to write or type
 */
public record Finding(boolean error, String message, String remedy) {

  static Finding error(String message, String remedy) {
    return new Finding(true, message, remedy);
  }

  static Finding warning(String message, String remedy) {
    return new Finding(false, message, remedy);
  }
}
