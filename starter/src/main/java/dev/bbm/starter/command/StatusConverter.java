package dev.bbm.starter.command;

import dev.bbm.workflows.migration.MigrationStatus;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a migration's status by the word that {@code list} shows. */
final class StatusConverter implements ITypeConverter<MigrationStatus> {

  private static final List<String> WORDS =
      Arrays.stream(MigrationStatus.values()).map(MigrationStatus::word).toList();

  @Override
  public MigrationStatus convert(String text) {
    return Arrays.stream(MigrationStatus.values())
        .filter(status -> status.word().equals(text))
        .findFirst()
        .orElseThrow(() ->
            new TypeConversionException(
                "\"%s\" is no status; known: %s".formatted(text, String.join(", ", WORDS))));
  }

  /** The words, for the help. */
  static final class Words implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return WORDS.iterator();
    }
  }
}
