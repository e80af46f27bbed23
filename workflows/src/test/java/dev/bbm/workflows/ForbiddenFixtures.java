package dev.bbm.workflows;

import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Code that workflows may not contain: shows that {@link ArchitectureTest} sees it. */
final class ForbiddenFixtures {

  private ForbiddenFixtures() {}

  record OtherLayer(Connection connection) {}

  record OutsideWorld(Clock clock, Random random, File file) {
    TimeUnit allowed() {
      return TimeUnit.SECONDS;
    }

    RandomGenerator generator() {
      return RandomGenerator.getDefault();
    }

    Path path() {
      return Path.of("x");
    }

    URI uri() {
      return URI.create("x:y");
    }

    Thread thread() {
      return Thread.currentThread();
    }

    Map<String, String> concurrent() {
      return new ConcurrentHashMap<>();
    }

    Logger logger() {
      return LoggerFactory.getLogger(OutsideWorld.class);
    }
  }

  record OrderByHash() {
    Map<String, String> map() {
      return new HashMap<>();
    }

    Set<String> set() {
      return new HashSet<>();
    }

    Map<String, String> allowed() {
      return new LinkedHashMap<>();
    }
  }

  record SaltedOrder() {
    Set<String> set(List<String> names) {
      return names.isEmpty() ? Set.of("a", "b") : names.stream().collect(Collectors.toSet());
    }

    Map<String, List<String>> map(List<String> names) {
      return Map.copyOf(names.stream().collect(Collectors.groupingBy(name -> name)));
    }
  }

  record Ambient() {
    List<Object> values() {
      return List.of(
          System.currentTimeMillis(), System.nanoTime(), UUID.randomUUID(), Instant.now());
    }

    @Nullable String environment() {
      return System.getenv("HOME");
    }

    long parallel(List<String> names) {
      return names.parallelStream().count() + IntStream.of(1).parallel().count();
    }
  }

  static final class State {
    static final int CONSTANT = 1;
    static int shared = CONSTANT;

    synchronized int locked() {
      return shared++;
    }

    int lockedBlock() {
      synchronized (State.class) {
        return shared++;
      }
    }
  }

  static final class FloatingWorkflowImpl {
    int adds(List<Integer> numbers) {
      double sum = numbers.size();
      return (int) (sum + sum);
    }

    long converts(long number) {
      return (long) (double) number;
    }

    long calls(long number) {
      return Math.round(Math.sqrt((double) number));
    }

    boolean constant(Object other) {
      return other.equals(0.5);
    }

    float hands(float value) {
      return value;
    }

    long whole(long number) {
      return number * 100 / 54;
    }
  }
}
