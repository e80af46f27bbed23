package dev.bbm.starter.command;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who sits at the other end: a person at a terminal, or a script. */
public interface Terminal {

  /** Whether lines may be drawn over and bars moved. */
  boolean isInteractive();

  /** The next line of standard input; null at its end. */
  @Nullable String readLine() throws IOException;

  /** That of this process. */
  static Terminal ofThisProcess() {
    return new Terminal() {
      @Override
      public boolean isInteractive() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
      }

      @Override
      public @Nullable String readLine() throws IOException {
        return new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()))
            .readLine();
      }
    };
  }
}
