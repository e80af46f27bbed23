package dev.bbm.starter.performance;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The sub-batches of one job, back to back on one connection: from the first CALL of
 * bbm.open_sub_batch to the last COMMIT behind one.
 */
record SubBatches(ProxiedConnection connection, List<RoundTrip> roundTrips) {

  private static final String OPEN = "CALL";
  private static final String COMMIT = "COMMIT";

  /** Of all that a proxy has seen. */
  static List<SubBatches> of(CountingProxy proxy) {
    return proxy.connections().stream()
        .filter(connection -> connection.roundTrips().stream().anyMatch(SubBatches::opens))
        .map(SubBatches::of)
        .toList();
  }

  private static SubBatches of(ProxiedConnection connection) {
    var all = connection.roundTrips();
    int first = IntStream.range(0, all.size()).filter(i -> opens(all.get(i))).findFirst().orElse(0);
    int last = first;
    boolean open = false;
    for (int i = first; i < all.size(); i++) {
      open |= opens(all.get(i));
      if (open && all.get(i).completed(COMMIT)) {
        last = i;
        open = false;
      }
    }
    return new SubBatches(connection, all.subList(first, last + 1));
  }

  private static boolean opens(RoundTrip roundTrip) {
    return roundTrip.completed(OPEN);
  }

  long opened() {
    return roundTrips.stream().filter(SubBatches::opens).count();
  }

  long committed() {
    return roundTrips.stream().filter(roundTrip -> roundTrip.completed(COMMIT)).count();
  }

  /** Round trips per sub-batch. */
  double each() {
    return (double) roundTrips.size() / opened();
  }

  /** How many began while a transaction was open: so it was open during the pause before. */
  long openedInsideATransaction() {
    return IntStream.range(1, roundTrips.size())
        .filter(i -> opens(roundTrips.get(i)) && roundTrips.get(i - 1).transaction())
        .count();
  }
}
