package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.workflows.migration.MigrationStatus;
import dev.bbm.workflows.migration.MigrationView;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ProgressPrinterTest {

  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  private final StringWriter written = new StringWriter();

  @Test
  void movesABarOnATerminalAndKeepsStatesOnLinesOfTheirOwn() {
    showAll(new ProgressPrinter(new PrintWriter(written), true));

    assertThat(written.toString().replace("\r\u001b[K", "«"))
        .isEqualTo(
            "«█████░░░░░░ 40 % 22,800/s ETA 5 min"
                + "«██████░░░░░ 54 % 22,800/s ETA 4 min"
                + "«held: replica lag 14 s > 10 s since 10:00:50\n"
                + "██████░░░░░ 54 % 22,800/s ETA 4 min"
                + "«██████░░░░░ 54 %"
                + "«active\n"
                + "██████░░░░░ 54 %"
                + "«██████░░░░░ 54 %"
                + "«██████████░ 97 % 22,800/s ETA 16 s"
                + "«finished: 12,400,000 rows, 0 failed\n");
  }

  @Test
  void writesALinePerChangeElsewhere() {
    showAll(new ProgressPrinter(new PrintWriter(written), false));

    assertThat(written)
        .hasToString(
            """
            █████░░░░░░ 40 % 22,800/s ETA 5 min
            ██████░░░░░ 54 % 22,800/s ETA 4 min
            held: replica lag 14 s > 10 s since 10:00:50
            active
            ██████████░ 97 % 22,800/s ETA 16 s
            finished: 12,400,000 rows, 0 failed
            """);
  }

  @Test
  void saysRowsWhereThePercentageIsUnknown() {
    var printer = new ProgressPrinter(new PrintWriter(written), false);

    printer.show(view(MigrationStatus.ACTIVE, null, 4_000, null, null));

    assertThat(written).hasToString("4,000 rows\n");
  }

  private static void showAll(ProgressPrinter printer) {
    printer.show(view(MigrationStatus.ACTIVE, 40, 4_960_000, 22_800L, null));
    printer.show(view(MigrationStatus.ACTIVE, 54, 6_700_000, 22_800L, null));
    printer.show(view(MigrationStatus.ACTIVE, 54, 6_700_000, null, "replica lag 14 s > 10 s"));
    printer.show(view(MigrationStatus.ACTIVE, 54, 6_700_000, null, null));
    printer.show(view(MigrationStatus.ACTIVE, 97, 12_000_000, 22_800L, null));
    printer.show(view(MigrationStatus.FINISHED, 100, 12_400_000, null, null));
  }

  private static MigrationView view(
      MigrationStatus status,
      @Nullable Integer percent,
      long rows,
      @Nullable Long rate,
      @Nullable String reason) {
    return new MigrationView(
        "main_1",
        "5e7e1f3c-0000-0000-0000-000000000001",
        "gitlab_main",
        "main",
        1,
        1,
        status,
        "AddOne",
        "9f3c",
        "orders",
        "id",
        reason,
        null,
        reason == null ? null : START.plusSeconds(50),
        rows,
        12_400_000L,
        percent,
        rate,
        "[\"1\"]",
        1,
        1_000,
        100,
        0,
        0,
        START.plusSeconds(60),
        START,
        null);
  }
}
