package dev.bbm.starter.exactness;

import dev.bbm.activities.migration.SubBatchMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.ibatis.executor.Executor;
import org.apache.ibatis.mapping.MappedStatement;
import org.apache.ibatis.plugin.Interceptor;
import org.apache.ibatis.plugin.Intercepts;
import org.apache.ibatis.plugin.Invocation;
import org.apache.ibatis.plugin.Signature;
import org.apache.ibatis.session.ResultHandler;
import org.apache.ibatis.session.RowBounds;

/**
 * MUTANT: commits the change before the cursor moves, as code without a common transaction does. It
 * needs {@link GateMutant#withoutClose} in the database.
 */
@Intercepts(
    @Signature(
        type = Executor.class,
        method = "query",
        args = {MappedStatement.class, Object.class, RowBounds.class, ResultHandler.class}))
final class CursorApart implements Interceptor {

  private static final String RUN = SubBatchMapper.class.getName() + ".runAndCommit";
  private static final String CLOSE = SubBatchMapper.class.getName() + ".closeAndCommit";

  private final int milliseconds;

  CursorApart(int milliseconds) {
    this.milliseconds = milliseconds;
  }

  // MyBatis passes the parameters of a mapper's method so.
  @SuppressWarnings("unchecked")
  @Override
  public Object intercept(Invocation invocation) throws Throwable {
    var statement = (MappedStatement) invocation.getArgs()[0];
    if (!statement.getId().equals(RUN)) {
      return invocation.proceed();
    }
    var rows = ((List<?>) invocation.proceed()).getFirst();
    Thread.sleep(milliseconds);
    var parameters = new HashMap<String, Object>((Map<String, Object>) invocation.getArgs()[1]);
    parameters.put("rows", Long.valueOf(rows.toString()));
    return ((Executor) invocation.getTarget())
        .query(
            statement.getConfiguration().getMappedStatement(CLOSE),
            parameters,
            RowBounds.DEFAULT,
            Executor.NO_RESULT_HANDLER);
  }
}
