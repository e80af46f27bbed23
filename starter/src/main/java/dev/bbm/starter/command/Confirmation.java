package dev.bbm.starter.command;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.PrintWriter;

/** Asks a person before something is changed. */
@Singleton
final class Confirmation {

  private final Terminal terminal;

  Confirmation(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Throws NOT_CONFIRMED unless the answer is yes.
   *
   * @param withoutAsking the command that does not ask
   */
  void require(String question, String withoutAsking, PrintWriter out) throws IOException {
    out.print(question + " [y/N] ");
    out.flush();
    String answer = terminal.readLine();
    if (answer == null || !answer.strip().matches("(?i)y|yes")) {
      if (!terminal.isInteractive()) {
        out.println();
      }
      throw ApplicationException.of(
          ErrorCode.NOT_CONFIRMED,
          "not confirmed; no database was changed",
          "answer y, or " + withoutAsking);
    }
  }
}
