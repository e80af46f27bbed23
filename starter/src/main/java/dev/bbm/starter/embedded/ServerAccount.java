package dev.bbm.starter.embedded;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The account that PostgreSQL runs under, since it refuses to run as root. */
enum ServerAccount {

  /** An ordinary user starts the server as it is. */
  CURRENT_USER,

  /** Root seen from inside an empty user namespace is nobody, and still owns its files. */
  USER_NAMESPACE,

  /**
   * Root becomes nobody where user namespaces are forbidden, as in most containers; programs and
   * data then have to lie where nobody can reach them.
   */
  NOBODY;

  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** Finds the account that works here, by trying. */
  static ServerAccount detect() {
    return Stream.of(values())
        .filter(ServerAccount::works)
        .findFirst()
        .orElseThrow(() ->
            ApplicationException.of(
                ErrorCode.INVALID_CONFIGURATION,
                "PostgreSQL does not run as root, and neither unshare -U nor setpriv works here.",
                "Run bbm as an ordinary user."));
  }

  /** The words that run a command under this account. */
  List<String> run(List<String> command) {
    return Stream.concat(prefix().stream(), command.stream()).toList();
  }

  private List<String> prefix() {
    return switch (this) {
      case CURRENT_USER -> List.of();
      case USER_NAMESPACE -> List.of("unshare", "-U");
      case NOBODY -> List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    };
  }

  /** Makes the account the owner of a folder and all that is in it. */
  void own(Path folder) {
    if (this == NOBODY) {
      output(List.of("chown", "-R", "65534:65534", folder.toString()));
    }
  }

  boolean canReach(Path folder) {
    return output(run(List.of("sh", "-c", "cd \"$0\" && echo yes", folder.toString())))
        .equals("yes");
  }

  boolean sharesFilesWithCaller() {
    return this != NOBODY;
  }

  /** The name is asked for because initdb wants one, even when it is not used. */
  boolean works() {
    return (this == CURRENT_USER) != isRoot() && !output(run(List.of("id", "-un"))).isEmpty();
  }

  private static boolean isRoot() {
    return output(List.of("id", "-u")).equals("0");
  }

  private static String output(List<String> command) {
    var output = CommandOutput.of(command, LIMIT);
    return output.succeeded() ? output.text() : "";
  }
}
