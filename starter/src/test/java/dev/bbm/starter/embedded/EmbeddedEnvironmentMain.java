package dev.bbm.starter.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Runs an embedded environment until it is ended from outside, for tests and by hand.
 *
 * <p>First argument: the project folder; second, if wanted: the data directory. By hand, after
 * {@code mvn -DskipTests package}:
 *
 * <pre>{@code
 * java -cp 'starter/target/test-classes:starter/target/classes:starter/target/lib/*' \
 *   dev.bbm.starter.embedded.EmbeddedEnvironmentMain .
 * }</pre>
 */
final class EmbeddedEnvironmentMain {

  private EmbeddedEnvironmentMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    var settings = EmbeddedSettings.throwaway(Path.of(arguments[0]));
    if (arguments.length > 1) {
      settings = settings.keptIn(Path.of(arguments[1]));
    }
    Map<String, String> environment = System.getenv();
    var cache = UserCache.of(environment);
    var program = TemporalBinary.of(null, environment, cache, System.out::println);
    var running = EmbeddedEnvironment.start(settings, program, cache);
    running.closeAtExit();
    System.out.println("psql " + running.database().uri("main"));
    System.out.println("Temporal " + running.temporal().target());
    System.out.println(running.temporal().notice());
    System.out.println(running.times());
    System.out.println("ready");
    new CountDownLatch(1).await();
  }
}
