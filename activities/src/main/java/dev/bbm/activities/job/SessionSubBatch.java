package dev.bbm.activities.job;

import dev.bbm.activities.batching.QualifiedTable;
import dev.bbm.activities.batching.SqlIdentifier;
import dev.bbm.activities.batching.SubBatchRange;
import java.math.BigDecimal;
import java.util.function.Function;
import org.apache.ibatis.session.SqlSession;

/**
 * A sub-batch on the session of its transaction.
 *
 * @param readable the database of another gitlab_schema, for reading
 */
public record SessionSubBatch(
    SqlSession session,
    QualifiedTable table,
    SubBatchRange range,
    JobArguments arguments,
    Function<String, TouchedDatabase> readable)
    implements SubBatch {

  @Override
  public <M> M mapper(Class<M> type) {
    return session.getMapper(type);
  }

  @Override
  public <M> M reading(String gitlabSchema, Class<M> type) {
    return readable.apply(gitlabSchema).mapper(type);
  }

  @Override
  public String text(String argument) {
    return arguments.value(argument, ArgumentType.TEXT, String.class);
  }

  @Override
  public long integer(String argument) {
    return arguments.value(argument, ArgumentType.INTEGER, Long.class);
  }

  @Override
  public boolean flag(String argument) {
    return arguments.value(argument, ArgumentType.BOOLEAN, Boolean.class);
  }

  @Override
  public BigDecimal numeric(String argument) {
    return arguments.value(argument, ArgumentType.NUMERIC, BigDecimal.class);
  }

  @Override
  public SqlIdentifier identifier(String argument) {
    return arguments.value(argument, ArgumentType.IDENTIFIER, SqlIdentifier.class);
  }

  @Override
  public String json(String argument) {
    return arguments.value(argument, ArgumentType.JSON, String.class);
  }
}
