package dev.bbm.workflows.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ReasonTest {

  @Test
  void keepsWhatIsShortEnough() {
    assertThat(Reason.cut("abc", 3)).isEqualTo("abc");
    assertThat(Reason.cut("🐘🐘🐘", 3)).isEqualTo("🐘🐘🐘");
  }

  @Test
  void cutsBetweenCharactersAndShowsIt() {
    assertThat(Reason.cut("abcd", 3)).isEqualTo("ab…");
    assertThat(Reason.cut("🐘🐘🐘🐘", 3)).isEqualTo("🐘🐘…");
  }

  @Test
  void makesSummariesThatTheServerTakes() {
    String summary = Reason.cut("🐘".repeat(500), Reason.SUMMARY);

    assertThat(summary.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(400);
  }

  @Test
  void leavesNothingAsNothing() {
    assertThat(Reason.cutToMessage(null)).isNull();
    assertThat(Reason.cutToMessage("x".repeat(1_001))).hasSize(1_000);
  }
}
