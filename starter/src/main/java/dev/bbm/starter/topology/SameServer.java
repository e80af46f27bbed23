package dev.bbm.starter.topology;

import dev.bbm.activities.topology.PlaceMapper;
import dev.bbm.activities.topology.Transactions;
import dev.bbm.workflows.failure.ApplicationException;
import java.security.SecureRandom;

/**
 * Whether two ways lead to one physical database of one running server: if and only if a key that a
 * transaction holds by one way is refused by the other. Addresses, system identifiers and timelines
 * repeat on copies, and differ behind poolers.
 */
final class SameServer {

  private static final SecureRandom KEYS = new SecureRandom();

  private SameServer() {}

  /** False as well where one of them does not answer. */
  static boolean test(Transactions one, Transactions other) {
    long key = KEYS.nextLong();
    try {
      return one.reading(holding -> {
        holding.getMapper(PlaceMapper.class).holdKey(key);
        return !other.<Boolean>reading(
            asking -> asking.getMapper(PlaceMapper.class).mayShareKey(key));
      });
    } catch (ApplicationException silent) {
      return false;
    }
  }
}
