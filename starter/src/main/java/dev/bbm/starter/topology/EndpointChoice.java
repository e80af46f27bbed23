package dev.bbm.starter.topology;

import dev.bbm.activities.topology.Address;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoint of a database to use: the one that says it owns gitlab_schemas for its name.
 * Shared schemas do not count, since every place has them.
 */
public sealed interface EndpointChoice {

  /**
   * That one.
   *
   * @param beside another one that takes writes for the same place on an older timeline, which is a
   *     former primary that was started again; null for none
   */
  record Use(EndpointView.Answered view, EndpointClaim claim, @Nullable Address beside)
      implements EndpointChoice {

    /** That a former primary is there beside the one in use. */
    public static String sentence(Address former, Address used) {
      return "%s takes writes for the same place on an older timeline than %s; stop it, and rebuild it as a standby: what is written there is lost"
          .formatted(former.url(), used.url());
    }
  }

  /** None of them owns anything: in the middle of a failover, or the owner is down. */
  record Stay() implements EndpointChoice {}

  /** Two servers own the same, and nothing tells which is the copy: nobody may work. */
  record Ambiguous(Address one, Address other, String place) implements EndpointChoice {

    /** What a person has to know and to do. */
    public String sentence() {
      return "%s and %s are different servers, both take writes, and both say that they are place %s: one is a copy that was started by hand or promoted; stop it"
          .formatted(one.url(), other.url(), place);
    }
  }

  /** A view with its claim. */
  record Claiming(EndpointView.Answered view, EndpointClaim claim) {}

  /**
   * Chooses among what was seen.
   *
   * @param last the claim of the endpoint that was used last; null for none. What is behind it is a
   *     dead branch
   * @param sameServer whether two endpoints lead to one physical database; asked in doubt only
   */
  static EndpointChoice of(
      String database,
      Address current,
      List<EndpointView> views,
      @Nullable EndpointClaim last,
      BiPredicate<Address, Address> sameServer) {
    List<Claiming> claiming =
        views.stream().flatMap(view -> claiming(view, database).stream()).toList();
    Optional<Claiming> chosen =
        claiming.stream()
            .filter(it -> last == null || !it.claim().isBehind(last))
            .reduce((one, other) -> better(one, other, current));
    if (chosen.isEmpty()) {
      return new Stay();
    }
    Claiming best = chosen.get();
    return claiming.stream()
        .filter(it -> !it.equals(best) && it.claim().rivals(best.claim()))
        .filter(it -> !sameServer.test(best.view().endpoint(), it.view().endpoint()))
        .findFirst()
        .map(rival -> between(best, rival))
        .orElse(new Use(best.view(), best.claim(), null));
  }

  private static Optional<Claiming> claiming(EndpointView view, String database) {
    return switch (view) {
      case EndpointView.Answered answered ->
          answered.claimFor(database).map(claim -> new Claiming(answered, claim));
      case EndpointView.Silent _ -> Optional.empty();
    };
  }

  /** Valid before promoted; then what the other one is behind of; then the one in use. */
  private static Claiming better(Claiming one, Claiming other, Address current) {
    if (one.claim().valid() != other.claim().valid()) {
      return one.claim().valid() ? one : other;
    }
    if (one.claim().isBehind(other.claim())) {
      return other;
    }
    boolean tie = !other.claim().isBehind(one.claim());
    return tie && other.view().endpoint().equals(current) ? other : one;
  }

  /** At one place the later timeline stems from the earlier one; equal ones tell nothing. */
  private static EndpointChoice between(Claiming best, Claiming rival) {
    return rival.claim().isBehind(best.claim())
        ? new Use(best.view(), best.claim(), rival.view().endpoint())
        : new Ambiguous(best.view().endpoint(), rival.view().endpoint(), best.claim().place());
  }
}
