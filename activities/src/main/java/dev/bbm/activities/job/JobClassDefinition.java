package dev.bbm.activities.job;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a job class declares of itself.
 *
 * @param scope a condition on the rows that it is about
 * @param alias what its statement calls the table, unquoted
 * @param touches other gitlab_schemas that it reads or writes: {@code gitlab_ci read}
 * @param verify a query of the keys that are still wrong
 * @param hash changes when the job class does; a migration keeps the one it was queued with
 * @param kind {@code sql} or {@code java}
 * @param source the file's or class's name
 */
public record JobClassDefinition(
    String name,
    List<JobArgument> arguments,
    @Nullable String scope,
    @Nullable String alias,
    String strategy,
    String operation,
    String featureCategory,
    List<String> touches,
    @Nullable String verify,
    String hash,
    String kind,
    String source) {

  /** The only strategy so far. */
  public static final String PRIMARY_KEY = "PrimaryKeyBatchingStrategy";

  private static final Pattern NAME = Pattern.compile("[A-Z][A-Za-z0-9_]*(::[A-Z][A-Za-z0-9_]*)*");
  private static final Pattern TOUCH = Pattern.compile("[a-z][a-z0-9_]* (read|write)");
  private static final Pattern RUBY_NAMESPACE =
      Pattern.compile("^(::)?(Gitlab::BackgroundMigration::)?");

  public JobClassDefinition {
    arguments = List.copyOf(arguments);
    touches = List.copyOf(touches);
    require(
        NAME.matcher(name).matches(),
        "the job class name \"%s\" must be like BackfillRouteNamespaceId",
        name);
    require(
        strategy.equals(PRIMARY_KEY),
        "the strategy \"%s\" is not supported; leave it out or write " + PRIMARY_KEY,
        strategy);
    var names = new HashSet<String>();
    for (JobArgument argument : arguments) {
      require(
          names.add(argument.name()),
          "the argument \"%s\" is declared twice; rename one",
          argument.name());
    }
    for (String touch : touches) {
      require(
          TOUCH.matcher(touch).matches(),
          "touches \"%s\" must be a gitlab_schema with read or write, like gitlab_ci read",
          touch);
    }
  }

  private static void require(boolean met, String sentence, String value) {
    if (!met) {
      throw new IllegalArgumentException(sentence.formatted(value));
    }
  }

  /** The name without the leading {@code ::} and {@code Gitlab::BackgroundMigration::}. */
  public static String plainName(String name) {
    return RUBY_NAMESPACE.matcher(name).replaceFirst("");
  }

  /** The declared argument of this name. */
  public Optional<JobArgument> argument(String argumentName) {
    return arguments.stream().filter(argument -> argument.name().equals(argumentName)).findFirst();
  }

  /** As a header writes them: {@code copy_from identifier, copy_to identifier}, or none. */
  public String argumentList() {
    return arguments.isEmpty()
        ? "none"
        : arguments.stream().map(JobArgument::toString).collect(Collectors.joining(", "));
  }
}
