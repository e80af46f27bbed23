package dev.bbm.starter.exactness;

import dev.bbm.activities.migration.SubBatchMapper;
import org.apache.ibatis.executor.Executor;
import org.apache.ibatis.mapping.MappedStatement;
import org.apache.ibatis.plugin.Interceptor;
import org.apache.ibatis.plugin.Intercepts;
import org.apache.ibatis.plugin.Invocation;
import org.apache.ibatis.plugin.Signature;
import org.apache.ibatis.session.ResultHandler;
import org.apache.ibatis.session.RowBounds;

/**
 * MUTANT: commits the change before the cursor moves, as code without a common transaction does.
 */
@Intercepts(
    @Signature(
        type = Executor.class,
        method = "query",
        args = {MappedStatement.class, Object.class, RowBounds.class, ResultHandler.class}))
final class CursorApart implements Interceptor {

  private static final String CLOSE = SubBatchMapper.class.getName() + ".closeAndCommit";

  private final int milliseconds;

  CursorApart(int milliseconds) {
    this.milliseconds = milliseconds;
  }

  @Override
  public Object intercept(Invocation invocation) throws Throwable {
    var statement = (MappedStatement) invocation.getArgs()[0];
    if (statement.getId().equals(CLOSE)) {
      ((Executor) invocation.getTarget()).getTransaction().getConnection().commit();
      Thread.sleep(milliseconds);
    }
    return invocation.proceed();
  }
}
