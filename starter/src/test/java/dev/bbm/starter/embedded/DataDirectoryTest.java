package dev.bbm.starter.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataDirectoryTest {

  @TempDir private Path folder;

  @Test
  void takesTheProcessIdOfAnotherProgramOutOfPostmasterPid() throws IOException {
    var file = folder.resolve("postmaster.pid");
    Files.write(file, List.of(Long.toString(ProcessHandle.current().pid()), "/data", "17"));

    new DataDirectory(folder).leaveBehindFormerServer();

    assertThat(file).content().isEqualTo("999999999\n/data\n17\n");
  }

  @Test
  void leavesTheProcessIdOfADeadServerToPostgres() throws IOException {
    var file = folder.resolve("postmaster.pid");
    Files.write(file, List.of("999999998", "/data", "17"));

    new DataDirectory(folder).leaveBehindFormerServer();

    assertThat(file).content().isEqualTo("999999998\n/data\n17\n");
  }

  @Test
  void refusesDataOfAnotherMajorVersion() throws IOException {
    Files.writeString(folder.resolve("PG_VERSION"), "16\n");

    assertThatThrownBy(() -> new DataDirectory(folder).requireOurVersion())
        .hasMessage("Data directory %s was made by PostgreSQL 16; this is 18.", folder);
  }
}
