package dev.bbm.activities.job;

import java.util.List;
import java.util.stream.Stream;
import org.apache.ibatis.session.Configuration;

/** A job class in Java, with what it declares. */
public record JavaJobClass(JobClassDefinition definition, BatchedMigrationJob job)
    implements JobClass {

  /**
   * Asks the job for its declaration once.
   *
   * @throws dev.bbm.workflows.failure.UserException when it declares what a SQL file must not
   *     either
   */
  public static JavaJobClass of(BatchedMigrationJob job) {
    try {
      return new JavaJobClass(define(job), job);
    } catch (IllegalArgumentException wrong) {
      throw JobClassRefusal.of(job.getClass().getName(), String.valueOf(wrong.getMessage()));
    }
  }

  private static JobClassDefinition define(BatchedMigrationJob job) {
    requireTouch(job);
    String name = JobClassDefinition.plainName(job.name());
    return new JobClassDefinition(
        name,
        job.arguments(),
        job.scope().map(SqlRules::checkScope).orElse(null),
        job.alias().orElse(null),
        JobClassDefinition.PRIMARY_KEY,
        job.operation(),
        job.featureCategory(),
        job.touches(),
        job.verify().map(SqlRules::checkQuery).orElse(null),
        hash(name, job),
        "java",
        job.getClass().getName());
  }

  /** A write to another schema is the method touch, which the interface cannot do itself. */
  private static void requireTouch(BatchedMigrationJob job) {
    job.touches().stream()
        .filter(it -> it.strip().endsWith(" write"))
        .findFirst()
        .filter(_ -> !overridesTouch(job.getClass()))
        .ifPresent(declared -> {
          throw new IllegalArgumentException(
              "it declares \"touches: %s\" and has no method touch; write one, or declare read"
                  .formatted(declared));
        });
  }

  private static boolean overridesTouch(Class<? extends BatchedMigrationJob> job) {
    try {
      return job.getMethod("touch", String.class, SubBatch.class, TouchedDatabase.class)
              .getDeclaringClass()
          != BatchedMigrationJob.class;
    } catch (NoSuchMethodException impossible) {
      throw new IllegalStateException("the interface has it", impossible);
    }
  }

  /** The mappers count: their annotations hold the SQL. */
  private static String hash(String name, BatchedMigrationJob job) {
    List<Class<?>> classes =
        Stream.concat(Stream.<Class<?>>of(job.getClass()), job.mappers().stream()).toList();
    return new JobClassHash()
        .add(name)
        .add(job.arguments().toString())
        .add(job.scope().orElse(""))
        .addClasses(classes)
        .hex();
  }

  /** Makes the job's mappers known to a database's sessions; once is enough, twice does no harm. */
  public void register(Configuration configuration) {
    synchronized (configuration) {
      for (Class<?> mapper : job.mappers()) {
        if (!configuration.hasMapper(mapper)) {
          configuration.addMapper(mapper);
        }
      }
    }
  }
}
