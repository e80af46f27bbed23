package dev.bbm.activities.job;

import java.util.List;
import java.util.Optional;

/**
 * A job class in Java, found by {@link java.util.ServiceLoader}. It sees its sub-batch and its
 * arguments, not the application; one instance serves every migration, from several threads.
 */
public interface BatchedMigrationJob {

  /** The name that migrations are queued with. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** The arguments in the order in which they are given at queueing. */
  default List<JobArgument> arguments() {
    return List.of();
  }

  /** A condition on the rows that it is about, in SQL. */
  default Optional<String> scope() {
    return Optional.empty();
  }

  /** What its statements call the table; without it they call it by its name. */
  default Optional<String> alias() {
    return Optional.empty();
  }

  /** A label for its timings. */
  default String operation() {
    return "update_all";
  }

  /** Who answers for it. */
  default String featureCategory() {
    return "database";
  }

  /**
   * Other gitlab_schemas that it reads or writes: {@code gitlab_ci read}, {@code gitlab_ci write};
   * wherever they live, in this database or another.
   */
  default List<String> touches() {
    return List.of();
  }

  /** A query of the keys that are still wrong. */
  default Optional<String> verify() {
    return Optional.empty();
  }

  /** The MyBatis mappers that it asks its sub-batches for. */
  List<Class<?>> mappers();

  /**
   * Writes to another gitlab_schema that {@link #touches} declares with {@code write}: called
   * before {@link #perform} with that one's transaction open, in a transaction of the database that
   * owns the other, which passes its gate and commits first with a cursor of its own. When the
   * sub-batch fails after that, it is not called again for the same rows.
   */
  default void touch(String gitlabSchema, SubBatch here, TouchedDatabase there) {
    throw new UnsupportedOperationException(
        "%s declares \"touches: %s write\" and has no method touch"
            .formatted(name(), gitlabSchema));
  }

  /**
   * Changes the rows of the sub-batch, in the sub-batch's transaction.
   *
   * @return how many rows it changed
   */
  long perform(SubBatch subBatch);
}
