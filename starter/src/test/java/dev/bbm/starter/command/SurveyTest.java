package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import dev.bbm.activities.topology.ServerProbe;
import dev.bbm.workflows.failure.ApplicationException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The servers that init refuses and no test has at hand. */
final class SurveyTest {

  @Test
  void acceptsAPrimaryOfASupportedVersion() {
    Survey survey =
        survey(new ServerProbe("14.2", 140_002, false, "app", "shop", true), true, true);

    assertThat(survey.line())
        .isEqualTo("main: PostgreSQL 14, primary, 1 tables, timeline readable");
    assertThatCode(survey::requireInstallable).doesNotThrowAnyException();
  }

  @Test
  void refusesAStandby() {
    Survey survey =
        survey(new ServerProbe("18.1 (Debian)", 180_001, true, "app", "shop", true), true, false);

    assertThat(survey.line())
        .isEqualTo("main: PostgreSQL 18, standby, 1 tables, timeline not readable");
    assertRefused(
        survey::requireInstallable,
        "database \"main\" is a standby, which cannot be written",
        "give the primary's address in bbm.yml or BBM_MAIN_URL");
  }

  @Test
  void refusesAServerThatIsTooOld() {
    assertRefused(
        survey(new ServerProbe("13.9", 130_009, false, "app", "shop", true), true, true)
            ::requireInstallable,
        "database \"main\" runs on PostgreSQL 13.9",
        "use PostgreSQL 14 or newer");
  }

  @Test
  void refusesAHiddenTimelineUnlessItIsNotChecked() {
    var probe = new ServerProbe("16.1", 160_001, false, "app", "shop", true);

    assertRefused(
        survey(probe, true, false)::requireInstallable,
        "role \"app\" may not read the timeline of database \"main\"",
        "GRANT EXECUTE ON FUNCTION pg_walfile_name(pg_lsn) TO it, or set databases.main.timeline_check: false");
    assertThat(survey(probe, false, false).line()).endsWith("timeline not checked");
    assertThatCode(survey(probe, false, false)::requireInstallable).doesNotThrowAnyException();
  }

  private static void assertRefused(ThrowingCallable check, String message, String hint) {
    assertThatThrownBy(check)
        .hasMessage(message)
        .isInstanceOfSatisfying(
            ApplicationException.class,
            thrown -> {
              assertThat(thrown.hint()).contains(hint);
              assertThat(thrown.code().exitCode().code()).isEqualTo(3);
            });
  }

  private static Survey survey(ServerProbe probe, boolean timelineCheck, boolean readable) {
    var settings =
        new DatabaseSettings(
            "main",
            "jdbc:postgresql://db/shop",
            "app",
            new Secret(""),
            List.of("gitlab_main"),
            true,
            timelineCheck,
            1);
    return new Survey(
        OpenDatabase.of(settings, "bbm/test", List.of()),
        probe,
        List.of("orders"),
        readable,
        false,
        List.of());
  }
}
