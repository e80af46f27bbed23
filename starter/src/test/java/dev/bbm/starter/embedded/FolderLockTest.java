package dev.bbm.starter.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderLockTest {

  @TempDir private Path folder;

  @Test
  void refusesASecondUserAndNamesTheFirst() {
    try (var first = FolderLock.take(folder)) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> FolderLock.take(folder))
          .hasMessage(
              "%s is in use by another bbm, process %d.", folder, ProcessHandle.current().pid());
    }
  }

  @Test
  void isFreeAgainAfterwards() {
    FolderLock.take(folder).close();

    try (var second = FolderLock.take(folder)) {
      assertThat(second).isNotNull();
    }
  }
}
