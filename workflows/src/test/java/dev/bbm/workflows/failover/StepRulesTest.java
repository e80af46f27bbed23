package dev.bbm.workflows.failover;

import static dev.bbm.workflows.failover.ServerNotation.FENCE;
import static dev.bbm.workflows.failover.ServerNotation.SCOPE;
import static dev.bbm.workflows.failover.ServerNotation.server;
import static dev.bbm.workflows.failover.ServerNotation.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The steps forward, each with the servers that it can meet; {@link ServerNotation} reads them. */
final class StepRulesTest {

  private final StepRules rules = new StepRules();

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          first time              | t1 open ci:ACTIVE:1@1 main:ACTIVE:1@1  | writes ci:FENCED:2@1:F1
          after an older failover | t1 open ci:ACTIVE:5@1:F0               | writes ci:FENCED:6@1:F1
          repeated                | t1 open ci:FENCED:2@1:F1               | done
          repeated after retire   | t1 open ci:RETIRED:2@1:F1              | done
          delayed after commit    | t1 COMMIT ci:RETIRED:2@1:F1            | done
          delayed after rollback  | t1 COMMIT back ci:ACTIVE:4@1           | refused: the journal says COMMIT already
          delayed after abort     | t1 ABORT ci:ACTIVE:3@1                 | refused: the journal says ABORT already
          another failover's      | t1 open ci:FENCED:2@1:F2               | refused: gitlab_ci is FENCED at epoch 2, timeline 1, failover F2
          retired by another      | t1 open ci:RETIRED:4@1:F2              | refused: gitlab_ci is RETIRED at epoch 4, timeline 1, failover F2
          a copy not yet active   | t1 open ci:READY:2@1:F0                | refused: gitlab_ci is READY at epoch 2, timeline 1, failover F0
          source was promoted     | t2 open ci:ACTIVE:1@1                  | refused: gitlab_ci is ACTIVE at epoch 1, timeline 1, failover null
          promoted after it       | t2 open ci:FENCED:2@1:F1               | refused: gitlab_ci is FENCED at epoch 2, timeline 1, failover F1
          journal lost            | t2 none ci:ACTIVE:2@2                  | refused: the journal does not know this failover: was it lost?
          source is a standby     | standby open ci:ACTIVE:1@1             | refused: the source is a standby
          schema has no row       | t1 open main:ACTIVE:1@1                | refused: gitlab_ci has no owner here
          """)
  void fences(String what, String source, String verdict) {
    assertThat(text(rules.fence(SCOPE, server(source)))).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          seen                   | standby open ci:FENCED:2@1:F1 | done
          lags                   | standby open ci:ACTIVE:1@1    | wait: the standby does not show the fence yet
          before the journal row | standby none ci:ACTIVE:1@1    | wait: the standby does not show the fence yet
          another failover's     | standby open ci:FENCED:2@1:F2 | wait: the standby does not show the fence yet
          an older fence         | standby open ci:FENCED:1@1:F1 | wait: the standby does not show the fence yet
          another timeline's     | standby open ci:FENCED:2@2:F1 | wait: the standby does not show the fence yet
          after the abort        | standby ABORT ci:ACTIVE:3@1   | wait: the standby does not show the fence yet
          promoted early         | t2 open ci:FENCED:2@1:F1      | refused: the copy was promoted before it was seen to have caught up
          """)
  void seesTheFence(String what, String copy, String verdict) {
    assertThat(text(rules.seeFence(SCOPE, FENCE, server(copy)))).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          promoted             | t2 open ci:FENCED:2@1:F1        | done
          repeated after adopt | t2 open ci:READY:2@2:F1         | done
          delayed, active      | t2 COMMIT ci:ACTIVE:3@2:F1      | done
          not yet              | standby open ci:FENCED:2@1:F1   | wait: the copy is still a standby
          without the fence    | t2 open ci:ACTIVE:1@1           | refused: the promoted copy does not show the fence: it must be rebuilt
          removed standby.signal | t1 open ci:FENCED:2@1:F1      | refused: the promoted copy does not show the fence: it must be rebuilt
          another failover's   | t2 open ci:READY:2@2:F2         | refused: the promoted copy does not show the fence: it must be rebuilt
          after the abort      | t2 ABORT ci:RETIRED:2@2:F1      | refused: the promoted copy does not show the fence: it must be rebuilt
          after the rollback   | t2 COMMIT back ci:FENCED:4@2:F1 | refused: the promoted copy does not show the fence: it must be rebuilt
          """)
  void confirmsThePromotion(String what, String copy, String verdict) {
    assertThat(text(rules.confirmPromotion(SCOPE, FENCE, server(copy)))).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          first time           | t2 open ci:FENCED:2@1:F1 main:ACTIVE:1@1 shared:ACTIVE:1@1 | writes ci:READY:2@2:F1/new=ci main:RETIRED:1@2:F1/new=main shared:READY:1@2:F1/new=*
          repeated             | t2 open ci:READY:2@2:F1 main:RETIRED:1@2:F1                | done
          delayed, active      | t2 COMMIT ci:ACTIVE:3@2:F1                                 | done
          not promoted         | standby open ci:FENCED:2@1:F1                              | wait: the copy is still a standby
          without the fence    | t2 open ci:ACTIVE:1@1                                      | refused: the copy does not show the fence of this failover
          same timeline        | t1 open ci:FENCED:2@1:F1                                   | refused: the copy does not show the fence of this failover
          another failover's   | t2 open ci:FENCED:2@1:F2                                   | refused: the copy does not show the fence of this failover
          delayed after abort  | t2 ABORT ci:RETIRED:2@1:F1                                 | refused: the journal says ABORT
          it replicated ABORT  | t2 ABORT ci:FENCED:2@1:F1                                  | refused: the journal says ABORT
          it replicated the way back | t2 ABORT ci:ACTIVE:3@1                               | refused: the journal says ABORT
          rolled back          | t2 COMMIT ci:FENCED:4@2:F1                                 | refused: the copy does not show the fence of this failover
          its second failover  | t3 COMMIT ci:READY:4@3:F2                                  | refused: the copy does not show the fence of this failover
          """)
  void adopts(String what, String copy, String verdict) {
    assertThat(text(rules.adopt(SCOPE, FENCE, server(copy), "new"))).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          first time         | t1 open ci:FENCED:2@1:F1    | writes ci:RETIRED:2@1:F1
          repeated           | t1 open ci:RETIRED:2@1:F1   | done
          delayed, decided   | t1 COMMIT ci:RETIRED:2@1:F1 | done
          promoted since     | t2 open ci:FENCED:2@1:F1    | refused: the source was promoted since it was fenced (timeline 1, now 2)
          fence lost         | t2 open ci:ACTIVE:1@1       | refused: the source was promoted since it was fenced (timeline 1, now 2)
          a standby          | standby open ci:FENCED:2@1:F1 | refused: the source was promoted since it was fenced (timeline 1, now 0)
          delayed, aborted   | t1 ABORT ci:FENCED:2@1:F1   | refused: the journal says ABORT
          delayed, back      | t1 COMMIT back ci:ACTIVE:4@1 | refused: gitlab_ci is ACTIVE at epoch 4, timeline 1, failover null
          another failover's | t1 open ci:FENCED:2@1:F2    | refused: gitlab_ci is FENCED at epoch 2, timeline 1, failover F2
          another fence      | t1 open ci:FENCED:4@1:F1    | refused: gitlab_ci is FENCED at epoch 4, timeline 1, failover F1
          """)
  void retiresTheSource(String what, String source, String verdict) {
    assertThat(text(rules.retire(SCOPE, FENCE, server(source)))).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          first time       | t1 open ci:RETIRED:2@1:F1     | writes COMMIT
          repeated         | t1 COMMIT ci:RETIRED:2@1:F1   | done
          delayed, back    | t1 COMMIT back ci:ACTIVE:4@1  | done
          delayed, aborted | t1 ABORT ci:RETIRED:2@1:F1    | refused: the journal says ABORT
          not retired      | t1 open ci:FENCED:2@1:F1      | refused: the source is not retired
          another's        | t1 open ci:RETIRED:2@1:F2     | refused: the source is not retired
          promoted since   | t2 open ci:RETIRED:2@1:F1     | refused: the source was promoted since it was fenced
          journal lost     | t1 none ci:RETIRED:2@1:F1     | refused: the source was promoted since it was fenced
          a standby        | standby open ci:RETIRED:2@1:F1 | refused: the source was promoted since it was fenced
          """)
  void decides(String what, String source, String verdict) {
    assertThat(text(rules.decide(SCOPE, FENCE, server(source)))).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          first time          | t2 open ci:READY:2@2:F1 main:RETIRED:1@2:F1 shared:READY:1@2:F1 | writes ci:ACTIVE:3@2:F1 shared:ACTIVE:2@2:F1 COMMIT
          repeated            | t2 COMMIT ci:ACTIVE:3@2:F1 shared:ACTIVE:2@2:F1                 | done
          promoted meanwhile  | t3 open ci:READY:2@2:F1                                         | writes ci:ACTIVE:3@3:F1 COMMIT
          taken over since    | t3 COMMIT ci:ACTIVE:4@3:F1                                      | done
          a standby           | standby open ci:READY:2@2:F1                                    | wait: the copy is a standby now
          not adopted         | t2 open ci:FENCED:2@1:F1                                        | refused: the copy is not ready for this failover
          delayed, aborted    | t2 ABORT ci:RETIRED:2@2:F1                                      | refused: the copy is not ready for this failover
          ABORT, still ready  | t2 ABORT ci:READY:2@2:F1                                        | refused: the copy is not ready for this failover
          delayed, rolling back | t2 COMMIT ci:FENCED:4@2:F1                                    | refused: the copy is not ready for this failover
          delayed, back       | t2 COMMIT back ci:RETIRED:4@2:F1                                | refused: the copy is not ready for this failover
          another failover's  | t3 COMMIT ci:READY:4@3:F2                                       | refused: the copy is not ready for this failover
          """)
  void activates(String what, String copy, String verdict) {
    assertThat(text(rules.activate(SCOPE, server(copy)))).isEqualTo(verdict);
  }

  @Test
  void fencesAllMovedSchemasOrNone() {
    var two = new FailoverScope("F1", "main", "ci", "", List.of("gitlab_sec", "gitlab_ci"));

    assertThat(text(rules.fence(two, server("t1 open ci:FENCED:2@1:F1 sec:ACTIVE:1@1"))))
        .isEqualTo("writes sec:FENCED:2@1:F1");
    assertThat(text(rules.fence(two, server("t1 open ci:ACTIVE:1@1 sec:FENCED:3@1:F2"))))
        .startsWith("refused: gitlab_sec is FENCED");
    assertThat(
            text(
                rules.seeFence(
                    two,
                    new FenceToken(1, Map.of("gitlab_ci", 2L, "gitlab_sec", 2L)),
                    server("standby open ci:FENCED:2@1:F1 sec:ACTIVE:1@1"))))
        .startsWith("wait:");
  }
}
