package dev.bbm.starter.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.exactness.Await;
import dev.bbm.workflows.failure.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
final class ZombiesTest {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir private Path folder;
  private FailoverPair pair;
  private Zombies zombies;

  @BeforeEach
  void holdAJob() {
    pair = FailoverPair.start(folder);
    Witness.install(pair.onPrimary());
    String uid = pair.queue(CountedTable.BUILDS);
    zombies = new Zombies(pair);
    zombies.hold(uid, "gitlab_ci");
  }

  @AfterEach
  void stop() {
    zombies.close();
    pair.close();
  }

  @Test
  void workUntilTheFence() {
    zombies.rise();
    Await.until("the old one works", LIMIT, () -> here().writes() > 5);
    fence();
    Await.until("it is refused", LIMIT, this::isRefused);

    assertThat(zombies.writesBehindTheFence()).isZero();
    assertThat(here().refusals()).containsKey(ErrorCode.OWNERSHIP_LOST);
    assertThat(violations()).isEmpty();
  }

  @Test
  void areSeenWhenTheGateLetsThemPass() {
    zombies.rise();
    fence();
    Await.until("the old one is refused", LIMIT, this::isRefused);

    pair.onPrimary()
        .execute(
            """
            CREATE OR REPLACE FUNCTION bbm.gate(
                p_schema text, p_database text DEFAULT NULL, p_epoch bigint DEFAULT NULL, p_place uuid DEFAULT NULL,
                p_draining_too boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$
            """);

    Await.until("it is counted", LIMIT, () -> zombies.writesBehindTheFence() > 0);
    Await.until("the witness saw it", LIMIT, () -> violations().contains(3));
  }

  private boolean isRefused() {
    return here().refusals().containsKey(ErrorCode.OWNERSHIP_LOST);
  }

  private Zombie.Account here() {
    return zombies.accounts().getFirst();
  }

  private List<Integer> violations() {
    try (var main = Observed.of("main", pair.onPrimary())) {
      return Invariants.atAnyTime(main).stream().map(Violation::invariant).distinct().toList();
    }
  }

  private void fence() {
    pair.onPrimary()
        .execute(
            """
            UPDATE bbm.schema_ownership SET state = 'FENCED', epoch = epoch + 1 WHERE gitlab_schema = 'gitlab_ci'
            """);
  }
}
