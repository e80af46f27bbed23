package dev.bbm.activities.job;

import dev.bbm.activities.batching.QualifiedTable;
import dev.bbm.activities.batching.SqlIdentifier;
import dev.bbm.activities.batching.SubBatchRange;
import java.math.BigDecimal;

/** What a job class in Java sees: its rows, its arguments and its mappers, in one transaction. */
public interface SubBatch {

  /** The rows, for a mapper's {@code WHERE ${subBatch}}. */
  SubBatchRange range();

  /** The migration's table, for a mapper's {@code ${table}}. */
  QualifiedTable table();

  /** One of the job's mappers, on the transaction of this sub-batch. */
  <M> M mapper(Class<M> type);

  /**
   * One of the job's mappers on a read-only transaction of the database that owns another
   * gitlab_schema; the job class declares it in {@code touches}. Throws SCHEMA_NOT_ALLOWED when it
   * does not.
   */
  <M> M reading(String gitlabSchema, Class<M> type);

  /** The value of a text argument. */
  String text(String argument);

  /** The value of an integer argument. */
  long integer(String argument);

  /** The value of a boolean argument. */
  boolean flag(String argument);

  /** The value of a numeric argument. */
  BigDecimal numeric(String argument);

  /** The value of an identifier argument. */
  SqlIdentifier identifier(String argument);

  /** The value of a json argument as JSON text. */
  String json(String argument);
}
