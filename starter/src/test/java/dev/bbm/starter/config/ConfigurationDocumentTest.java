package dev.bbm.starter.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keeps docs/configuration.md complete. */
final class ConfigurationDocumentTest {

  private static final Path DOCUMENT = Path.of("../docs/configuration.md");

  @ParameterizedTest
  @EnumSource
  void namesEveryProperty(Property property) throws IOException {
    assertThat(rows()).anyMatch(row -> row.startsWith("| `" + property.path() + "` |"));
  }

  @Test
  void namesNoPropertyThatIsNone() throws IOException {
    List<String> known = List.of(Property.values()).stream().map(Property::path).toList();

    assertThat(
            rows().stream()
                .filter(row ->
                    row.startsWith("| `")
                        && !row.startsWith("| `BBM_")
                        && !row.startsWith("| `TEMPORAL_"))
                .map(row -> row.split("`")[1]))
        .containsExactlyElementsOf(known);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BBM_CONFIG",
        "BBM_ENV",
        "BBM_<NAME>_URL",
        "BBM_<NAME>_USER",
        "BBM_<NAME>_PASSWORD",
        "BBM_<NAME>_PASSWORD_FILE",
        "BBM_<NAME>_MIGRATION_URL",
        "BBM_VALIDATE_DATABASE_CONFIG",
        "BBM_LOG_LEVEL",
        "BBM_TEMPORAL_BINARY",
        "BBM_JAVA_HOME",
        "BBM_JAVA_OPTS"
      })
  void namesEveryVariable(String variable) throws IOException {
    assertThat(rows()).anyMatch(row -> row.startsWith("| `" + variable + "` |"));
  }

  private static List<String> rows() throws IOException {
    return Files.readAllLines(DOCUMENT).stream().filter(line -> line.startsWith("|")).toList();
  }
}
