package dev.bbm.workflows.failover;

import static dev.bbm.workflows.failover.ServerNotation.SCOPE;
import static dev.bbm.workflows.failover.ServerNotation.server;
import static dev.bbm.workflows.failover.ServerNotation.text;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The steps back, each with the servers that it can meet; {@link ServerNotation} reads them. */
final class WayBackRulesTest {

  private final StepRules rules = new StepRules();

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          first time             | t1 open ci:FENCED:2@1:F1      | false | writes ABORT
          before anything        | t1 open ci:ACTIVE:1@1         | false | writes ABORT
          before the journal row | t1 none ci:ACTIVE:1@1         | false | writes ABORT
          repeated               | t1 ABORT ci:FENCED:2@1:F1     | false | done
          delayed, restored      | t1 ABORT ci:ACTIVE:3@1        | false | done
          decided                | t1 COMMIT ci:RETIRED:2@1:F1   | true  | refused: the journal says COMMIT: the way back is a rollback
          rolled back            | t1 COMMIT back ci:ACTIVE:4@1  | true  | refused: the journal says COMMIT: the way back is a rollback
          COMMIT may be lost     | t2 open ci:RETIRED:2@1:F1     | false | wait: the source was promoted since: the copy must be retired first
          fence may be lost      | t2 open ci:ACTIVE:1@1         | false | wait: the source was promoted since: the copy must be retired first
          journal lost           | t2 none ci:RETIRED:2@2        | false | wait: the source was promoted since: the copy must be retired first
          lost, the copy is out  | t2 open ci:RETIRED:2@1:F1     | true  | writes ABORT
          a standby              | standby open ci:FENCED:2@1:F1 | true  | wait: the source is a standby
          """)
  void aborts(String what, String source, boolean copyIsOut, String verdict) {
    assertThat(text(rules.abort(SCOPE, server(source), copyIsOut))).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          still a standby     | standby open ci:FENCED:2@1:F1                               | done
          promoted            | t2 open ci:FENCED:2@1:F1 main:ACTIVE:1@1 shared:ACTIVE:1@1   | writes ci:RETIRED:2@1:F1 main:RETIRED:1@1:F1 shared:RETIRED:1@1:F1 ABORT
          adopted             | t2 open ci:READY:2@2:F1 main:RETIRED:1@2:F1                  | writes ci:RETIRED:2@2:F1 ABORT
          repeated            | t2 ABORT ci:RETIRED:2@2:F1 main:RETIRED:1@2:F1               | done
          active              | t2 COMMIT ci:ACTIVE:3@2:F1                                   | refused: the copy is active: the way back is a rollback
          promoted early      | t2 open ci:ACTIVE:1@1 main:ACTIVE:1@1                        | done
          never a copy of it  | t7 none sec:ACTIVE:9@7                                       | done
          another's owner     | t3 COMMIT ci:ACTIVE:7@3:F2 shared:ACTIVE:4@3:F2              | done
          on its timeline     | t1 open ci:FENCED:2@1:F1                                     | done
          """)
  void retiresTheCopyAtAnAbort(String what, String copy, String verdict) {
    assertThat(text(rules.retireCopy(SCOPE, server(copy), false))).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fenced          | t2 COMMIT ci:FENCED:4@2:F1 main:RETIRED:1@2:F1 shared:FENCED:3@2:F1 | writes ci:RETIRED:4@2:F1 shared:RETIRED:3@2:F1 back
          repeated        | t2 COMMIT back ci:RETIRED:4@2:F1                                    | done
          delayed, another's owner | t3 COMMIT back ci:ACTIVE:7@3:F2                            | done
          a standby       | standby COMMIT ci:FENCED:4@2:F1                                     | done
          """)
  void retiresTheCopyAtARollback(String what, String copy, String verdict) {
    assertThat(text(rules.retireCopy(SCOPE, server(copy), true))).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fenced            | t1 ABORT ci:FENCED:2@1:F1 main:ACTIVE:1@1 | writes ci:ACTIVE:3@1
          retired           | t1 ABORT ci:RETIRED:2@1:F1                | writes ci:ACTIVE:3@1
          repeated          | t1 ABORT ci:ACTIVE:3@1                    | done
          never fenced      | t1 ABORT ci:ACTIVE:1@1                    | done
          promoted since    | t2 ABORT ci:FENCED:2@1:F1                 | writes ci:ACTIVE:3@2
          delayed, another's | t1 ABORT ci:FENCED:4@1:F2                | done
          undecided         | t1 open ci:FENCED:2@1:F1                  | refused: the journal does not say ABORT
          decided           | t1 COMMIT ci:RETIRED:2@1:F1               | refused: the journal does not say ABORT
          journal lost      | t2 none ci:ACTIVE:1@1                     | refused: the journal does not say ABORT
          a standby         | standby ABORT ci:FENCED:2@1:F1            | wait: the source is a standby
          """)
  void restoresTheSource(String what, String source, String verdict) {
    assertThat(text(rules.restore(SCOPE, server(source)))).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          active             | t2 COMMIT ci:ACTIVE:3@2:F1 main:RETIRED:1@2:F1 shared:ACTIVE:2@2:F1 | writes ci:FENCED:4@2:F1 shared:FENCED:3@2:F1
          before activation  | t2 open ci:READY:2@2:F1 shared:READY:1@2:F1                         | writes ci:FENCED:3@2:F1 shared:FENCED:2@2:F1
          promoted since     | t3 COMMIT ci:ACTIVE:3@2:F1                                          | writes ci:FENCED:4@2:F1
          repeated           | t2 COMMIT ci:FENCED:4@2:F1                                          | done
          delayed, retired   | t2 COMMIT back ci:RETIRED:4@2:F1                                    | done
          another failover's | t3 COMMIT ci:ACTIVE:7@3:F2                                          | refused: the copy does not belong to this failover
          a standby          | standby COMMIT ci:ACTIVE:3@2:F1                                     | wait: the copy is a standby now
          """)
  void fencesTheCopy(String what, String copy, String verdict) {
    assertThat(text(rules.fenceCopy(SCOPE, server(copy)))).isEqualTo(verdict);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          retired            | t1 COMMIT ci:RETIRED:2@1:F1 main:ACTIVE:1@1 | writes ci:ACTIVE:5@1 COMMIT back
          promoted since     | t2 COMMIT ci:RETIRED:2@1:F1                 | writes ci:ACTIVE:5@2 COMMIT back
          repeated           | t1 COMMIT back ci:ACTIVE:5@1                | done
          delayed, promoted  | t2 COMMIT back ci:ACTIVE:5@1                | done
          delayed, another's | t1 COMMIT back ci:FENCED:6@1:F2             | done
          decision lost      | t2 open ci:RETIRED:2@1:F1                   | writes ci:ACTIVE:5@2 COMMIT back
          fence lost         | t2 open ci:ACTIVE:1@1                       | writes ci:ACTIVE:5@2 COMMIT back
          retired at takeover | t2 none ci:RETIRED:3@2                     | writes ci:ACTIVE:5@2 COMMIT back
          lost, another's    | t2 none ci:FENCED:2@2:F2                    | done
          undecided          | t1 open ci:RETIRED:2@1:F1                   | refused: nothing is decided: the way back is an abort
          aborted, back      | t2 ABORT ci:ACTIVE:3@2                      | done
          aborted, not back  | t2 ABORT ci:RETIRED:2@1:F1                  | writes ci:ACTIVE:3@2
          a standby          | standby COMMIT ci:RETIRED:2@1:F1            | wait: the source is a standby
          """)
  void takesBack(String what, String source, String verdict) {
    assertThat(text(rules.takeBack(SCOPE, server(source), 4))).isEqualTo(verdict);
  }
}
