package dev.bbm.starter.command;

import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.starter.config.Dictionary;
import dev.bbm.starter.config.Dictionary.Classification;
import dev.bbm.starter.config.Settings;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows where tables belong, and why. */
@Prototype
@Command(
    name = "dictionary",
    description =
        "Show the gitlab_schema of tables, their database, and which rule and file say so.",
    footer = {"", "Reads the files, not the databases, which learn of a change by ./bbm init."},
    exitCodeList = {
      "0:done",
      "2:wrong dictionary, or no such gitlab_schema",
      "3:a table is in no gitlab_schema; the others are shown"
    })
final class DictionaryCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "TABLE",
      arity = "0..*",
      description = "With or without public. before it; without any, all tables that exist.")
  private final List<String> tables = new ArrayList<>();

  @Option(
      names = "--gitlab-schema",
      paramLabel = "NAME",
      description = "Only the tables of this gitlab_schema.")
  private @Nullable String gitlabSchema;

  @Mixin private OutputOptions output;

  private final Databases databases;

  DictionaryCommand(Databases databases) {
    this.databases = databases;
  }

  /** {@code file} is null where the table's name alone decides. */
  private record Classified(
      String table,
      String gitlabSchema,
      List<String> databases,
      String rule,
      @Nullable String file) {}

  private record Unclassified(String table, String remedy) {

    ApplicationException failure() {
      return ApplicationException.of(
          ErrorCode.TABLE_NOT_CLASSIFIED,
          "table \"%s\" is in no gitlab_schema".formatted(table),
          remedy);
    }
  }

  private record Lookup(List<Classified> tables, List<Unclassified> unclassified) {}

  @Override
  public Integer call() {
    Settings settings = databases.settings();
    Dictionary dictionary = Dictionary.read(settings.dictionary());
    requireKnown(dictionary);
    Lookup lookup = lookUp(settings, dictionary);
    if (output.isJson() || !lookup.tables().isEmpty() || lookup.unclassified().isEmpty()) {
      output.print(lookup, () -> table(lookup.tables()));
    }
    lookup.unclassified().forEach(it -> Failures.print(output.err(), it.failure()));
    return lookup.unclassified().isEmpty()
        ? ExitCode.DONE.code()
        : ErrorCode.TABLE_NOT_CLASSIFIED.exitCode().code();
  }

  private void requireKnown(Dictionary dictionary) {
    if (gitlabSchema != null && !dictionary.gitlabSchemas().contains(gitlabSchema)) {
      throw ApplicationException.of(
          ErrorCode.UNKNOWN_GITLAB_SCHEMA,
          "unknown gitlab_schema \"%s\"".formatted(gitlabSchema),
          "known: " + String.join(", ", dictionary.gitlabSchemas()));
    }
  }

  private Lookup lookUp(Settings settings, Dictionary dictionary) {
    var classified = new ArrayList<Classified>();
    var unclassified = new ArrayList<Unclassified>();
    for (String table : tables.isEmpty() ? dictionary.tables().keySet() : tables) {
      dictionary
          .find(table)
          .ifPresentOrElse(
              it -> classified.add(classified(table, it, settings)),
              () ->
                  unclassified.add(
                      new Unclassified(
                          table,
                          dictionary.howToClassify(table, settings.shown(dictionary.source())))));
    }
    classified.removeIf(it -> gitlabSchema != null && !it.gitlabSchema().equals(gitlabSchema));
    return new Lookup(classified, unclassified);
  }

  private static Classified classified(String table, Classification it, Settings settings) {
    Path file = it.file();
    return new Classified(
        table,
        it.gitlabSchema(),
        settings.databasesOf(it.gitlabSchema()).stream().map(DatabaseSettings::name).toList(),
        it.rule().words(),
        file == null ? null : settings.shown(file));
  }

  private static String table(List<Classified> classified) {
    if (classified.isEmpty()) {
      return "no tables";
    }
    var table =
        new TextTable()
            .left("TABLE")
            .left("GITLAB_SCHEMA")
            .left("DATABASE")
            .left("RULE")
            .left("FILE");
    classified.forEach(it ->
        table.row(
            it.table(),
            it.gitlabSchema(),
            it.databases().isEmpty() ? "none" : String.join(", ", it.databases()),
            it.rule(),
            it.file() == null ? "" : it.file()));
    return table.toString();
  }
}
