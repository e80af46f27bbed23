package dev.bbm.starter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.starter.config.Dictionary.Classification;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DictionaryTest {

  @TempDir Path folder;

  @Test
  void readsGitlabsSingleFileOf2022() throws URISyntaxException {
    Path file =
        Path.of(
            Objects.requireNonNull(DictionaryTest.class.getResource("gitlab_schemas_2022.yml"))
                .toURI());

    Dictionary dictionary = Dictionary.read(file);

    assertThat(dictionary.gitlabSchemas())
        .containsExactly("gitlab_ci", "gitlab_internal", "gitlab_main", "gitlab_shared");
    assertThat(
            dictionary.tables().values().stream()
                .collect(
                    Collectors.groupingBy(Dictionary.Entry::gitlabSchema, Collectors.counting())))
        .containsKeys("gitlab_ci", "gitlab_main")
        .satisfies(counts ->
            assertThat(counts.values().stream().mapToLong(it -> it).sum()).isEqualTo(151));
    assertThat(dictionary.load("ci_builds").gitlabSchema()).isEqualTo("gitlab_ci");
    assertThat(dictionary.load("loose_foreign_keys_deleted_records_5").gitlabSchema())
        .isEqualTo("gitlab_shared");
  }

  @Test
  void readsPlainNames() throws IOException {
    write("tables.yml", "orders: gitlab_main\non: gitlab_ci\n2024: gitlab_ci\n");

    assertThat(read("tables.yml").find("on"))
        .hasValue(
            new Classification("gitlab_ci", Dictionary.Rule.TABLE, folder.resolve("tables.yml")));
    assertThat(read("tables.yml").find("2024")).isPresent();
  }

  @Test
  void isTheSameByEitherFolder() throws IOException {
    write("db/docs/orders.yml", "table_name: orders\ngitlab_schema: gitlab_main\n");
    write("db/docs/README.md", "no table\n");

    assertThat(read("db")).isEqualTo(read("db/docs"));
    assertThat(read("db").load("orders").file()).isEqualTo(folder.resolve("db/docs/orders.yml"));
  }

  @Test
  void isEmptyWithoutAFile() {
    assertThat(read("tables.yml").tables()).isEmpty();
  }

  @Test
  void saysHowToClassifyATableOfAFile() {
    assertThatThrownBy(() -> read("tables.yml").load("public.orders"))
        .hasMessage("table \"public.orders\" is in no gitlab_schema")
        .isInstanceOfSatisfying(
            ApplicationException.class,
            thrown -> {
              assertThat(thrown.code()).isEqualTo(ErrorCode.TABLE_NOT_CLASSIFIED);
              assertThat(thrown.hint())
                  .hasValue(
                      "add \"orders: gitlab_main\" (or another) to %s, then ./bbm init"
                          .formatted(folder.resolve("tables.yml")));
            });
  }

  @Test
  void namesEveryFileThatIsWrong() throws IOException {
    write("db/docs/a.yml", "table_name: a\n");
    write("db/docs/b.yml", "gitlab_schema: gitlab_main\n");
    write("db/docs/c.yml", "table_name: c\ngitlab_schema: Main Schema\n");
    write("db/docs/d.yml", "table_name: d\ngitlab_schema: gitlab_mian\n");
    write("db/docs/e.yml", "- table_name: e\n");
    write("db/docs/f.yml", "table_name: [\n");
    write("db/docs/g.yml", "table_name: g\ngitlab_schema: gitlab_main\n");
    write("db/docs/h.yml", "table_name: g\ngitlab_schema: gitlab_main\n");
    write("db/docs/views/i.yml", "view_name: i\n");
    write("db/docs/deleted_tables/g.yml", "table_name: g\ngitlab_schema: gitlab_gone\n");
    write("db/gitlab_schemas/gitlab_main.yaml", "name: gitlab_main\n");
    write("db/gitlab_schemas/other.yaml", "description: without a name\n");

    assertThatThrownBy(() -> read("db"))
        .isInstanceOfSatisfying(
            ApplicationException.class,
            thrown -> {
              assertThat(thrown.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
              assertThat(
                      String.valueOf(thrown.getMessage())
                          .replace(folder.toString() + "/", "")
                          .lines())
                  .containsExactly(
                      "9 problems:",
                      "  db/docs/a.yml: gitlab_schema: \"\" is missing for table a; write gitlab_schema: gitlab_main, or another",
                      "  db/docs/b.yml: table_name: \"\" is missing; write the table that the file is about",
                      "  db/docs/c.yml: c: \"Main Schema\" is no gitlab_schema; write gitlab_main, for example",
                      "  db/docs/e.yml: \"[{table_name=e}]\" is no mapping; write `key: value` lines under it",
                      "  db/docs/f.yml: \"line 2\" is no YAML: expected the node content, but found '<stream end>'",
                      "  db/docs/h.yml: table_name: \"g\" is the table of db/docs/g.yml already",
                      "  db/docs/views/i.yml: gitlab_schema: \"\" is missing for table i; write gitlab_schema: gitlab_main, or another",
                      "  db/gitlab_schemas/other.yaml: name: \"\" is no gitlab_schema; write gitlab_main, for example",
                      "  db/docs/d.yml: gitlab_schema of d: \"gitlab_mian\" is unknown; known: gitlab_main");
            });
  }

  private Dictionary read(String file) {
    return Dictionary.read(folder.resolve(file));
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(Objects.requireNonNull(path.getParent()));
    Files.writeString(path, text);
  }
}
