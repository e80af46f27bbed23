package dev.bbm.activities.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.workflows.job.JobStatus;
import dev.bbm.workflows.migration.MigrationStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/concepts.md names the states as the code does. */
final class ConceptsTest {

  private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\w+) \\| (\\d+) \\|");

  @Test
  void migrations() throws IOException {
    assertThat(states("## The life of a migration"))
        .isEqualTo(
            Arrays.stream(MigrationStatus.values())
                .map(status -> status.word() + " " + status.code())
                .toList());
  }

  @Test
  void jobs() throws IOException {
    assertThat(states("## The life of a job"))
        .isEqualTo(
            Arrays.stream(JobStatus.values())
                .map(status -> status.word() + " " + status.code())
                .toList());
  }

  private static List<String> states(String heading) throws IOException {
    String page = Files.readString(Path.of("../docs/concepts.md"));
    assertThat(page).contains(heading + "\n");
    String section = page.substring(page.indexOf(heading) + heading.length()).split("\n## ", 2)[0];
    return ROW.matcher(section).results().map(ConceptsTest::state).toList();
  }

  private static String state(MatchResult row) {
    return row.group(1) + " " + row.group(2);
  }
}
