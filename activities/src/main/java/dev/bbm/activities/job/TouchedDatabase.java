package dev.bbm.activities.job;

/** The database of another gitlab_schema, within one transaction. */
@FunctionalInterface
public interface TouchedDatabase {

  /** One of the job's mappers, on that transaction. */
  <M> M mapper(Class<M> type);
}
