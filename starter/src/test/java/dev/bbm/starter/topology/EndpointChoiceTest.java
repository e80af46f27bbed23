package dev.bbm.starter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.ownership.OwnershipRow;
import dev.bbm.activities.topology.Address;
import dev.bbm.activities.topology.Pooler;
import dev.bbm.activities.topology.Secret;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EndpointChoiceTest {

  private static final Address A = address("a");
  private static final Address B = address("b");
  private static final EndpointView SILENT_A =
      new EndpointView.Silent(
          A, ApplicationException.of(ErrorCode.DATABASE_UNREACHABLE, "gone", "start it"));

  @Test
  void usesTheOneThatOwnsTheName() {
    assertThat(
            choose(A, view(A, row("RETIRED", 2, "p", 1, 1)), view(B, row("ACTIVE", 3, "q", 2, 2))))
        .isInstanceOfSatisfying(EndpointChoice.Use.class, use -> assertThat(at(use)).isEqualTo(B));
  }

  @Test
  void staysWhereNothingIsOwnedInTheMiddleOfAFailover() {
    assertThat(choose(A, view(A, row("FENCED", 2, "p", 1, 1)), view(B, row("READY", 2, "q", 2, 2))))
        .isInstanceOf(EndpointChoice.Stay.class);
  }

  @Test
  void staysWhereTheOwnerIsSilentAndOnlyAStandbyAnswers() {
    assertThat(choose(A, SILENT_A, view(B, standby()))).isInstanceOf(EndpointChoice.Stay.class);
  }

  @Test
  void countsNoSharedSchema() {
    var shared =
        new OwnershipRow(
            "gitlab_shared", "*", 9, "ACTIVE", "q", 2, true, false, 2, false, "ci", null);

    assertThat(choose(A, view(A, row("FENCED", 2, "p", 1, 1)), view(B, shared)))
        .isInstanceOf(EndpointChoice.Stay.class);
  }

  @Test
  void usesAPromotedServerOnlyWhileNoValidOneAnswers() {
    EndpointView promoted = view(B, row("ACTIVE", 1, "p", 1, 2));

    assertThat(choose(A, SILENT_A, promoted))
        .isInstanceOfSatisfying(
            EndpointChoice.Use.class,
            use -> {
              assertThat(at(use)).isEqualTo(B);
              assertThat(use.claim().valid()).isFalse();
            });
    assertThat(choose(B, view(A, row("ACTIVE", 1, "p", 1, 1)), promoted))
        .isInstanceOfSatisfying(
            EndpointChoice.Use.class,
            use -> {
              assertThat(at(use)).isEqualTo(A);
              assertThat(use.beside()).isNull();
            });
  }

  @Test
  void leavesAFormerPrimaryAndTellsOfIt() {
    EndpointView former = view(A, row("ACTIVE", 1, "p", 1, 1));
    EndpointView primary = view(B, row("ACTIVE", 2, "p", 2, 2));

    assertThat(choose(A, former, primary))
        .isInstanceOfSatisfying(
            EndpointChoice.Use.class,
            use -> {
              assertThat(at(use)).isEqualTo(B);
              assertThat(use.beside()).isEqualTo(A);
            });
  }

  @Test
  void holdsWhereACopyWasStartedByHand() {
    assertThat(
            choose(A, view(A, row("ACTIVE", 1, "p", 1, 1)), view(B, row("ACTIVE", 1, "p", 1, 1))))
        .isEqualTo(new EndpointChoice.Ambiguous(A, B, "p"));
  }

  @Test
  void holdsWhereTwoReplicasWerePromoted() {
    assertThat(
            choose(A, view(A, row("ACTIVE", 1, "p", 1, 2)), view(B, row("ACTIVE", 1, "p", 1, 2))))
        .isInstanceOf(EndpointChoice.Ambiguous.class);
  }

  @Test
  void takesTwoAddressesOfOneServerForOne() {
    EndpointView one = view(A, row("ACTIVE", 1, "p", 1, 1));
    EndpointView same = view(B, row("ACTIVE", 1, "p", 1, 1));

    assertThat(EndpointChoice.of("ci", B, List.of(one, same), null, (_, _) -> true))
        .isInstanceOfSatisfying(EndpointChoice.Use.class, use -> assertThat(at(use)).isEqualTo(B));
  }

  @Test
  void usesTheHigherEpochWhereTwoPlacesOwnIt() {
    assertThat(
            choose(A, view(A, row("ACTIVE", 1, "p", 1, 1)), view(B, row("ACTIVE", 3, "q", 2, 2))))
        .isInstanceOfSatisfying(EndpointChoice.Use.class, use -> assertThat(at(use)).isEqualTo(B));
  }

  @Test
  void goesBackToNoBranchThatItHasLeft() {
    EndpointView former = view(A, row("ACTIVE", 1, "p", 1, 1));
    EndpointView silent =
        new EndpointView.Silent(
            B, ApplicationException.of(ErrorCode.DATABASE_UNREACHABLE, "gone", "start it"));

    assertThat(of(List.of(former, silent), new EndpointClaim(true, "p", 2, 2)))
        .isInstanceOf(EndpointChoice.Stay.class);
    assertThat(of(List.of(former, silent), new EndpointClaim(true, "q", 1, 3)))
        .isInstanceOf(EndpointChoice.Stay.class);
    assertThat(of(List.of(former, silent), new EndpointClaim(true, "p", 1, 7)))
        .as("a lost tail of the WAL sets epochs back")
        .isInstanceOf(EndpointChoice.Use.class);
  }

  private static EndpointChoice of(List<EndpointView> views, EndpointClaim last) {
    return EndpointChoice.of("ci", B, views, last, (_, _) -> false);
  }

  private static EndpointChoice choose(Address current, EndpointView... views) {
    return EndpointChoice.of("ci", current, List.of(views), null, (_, _) -> false);
  }

  private static Address at(EndpointChoice.Use use) {
    return use.view().endpoint();
  }

  private static EndpointView view(Address endpoint, OwnershipRow... rows) {
    return new EndpointView.Answered(endpoint, List.of(rows));
  }

  private static OwnershipRow row(
      String state, long epoch, String place, int timeline, int currentTimeline) {
    return new OwnershipRow(
        "gitlab_ci",
        "ci",
        epoch,
        state,
        place,
        timeline,
        true,
        false,
        currentTimeline,
        false,
        "ci",
        null);
  }

  private static OwnershipRow standby() {
    return new OwnershipRow(
        "gitlab_ci", "ci", 1, "ACTIVE", "p", 1, true, true, null, false, "ci", null);
  }

  private static Address address(String host) {
    return new Address("jdbc:postgresql://%s/app".formatted(host), "", new Secret(""), Pooler.NONE);
  }
}
