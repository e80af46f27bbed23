package dev.bbm.activities.job;

import java.sql.SQLException;
import java.sql.Statement;
import org.apache.ibatis.executor.statement.StatementHandler;
import org.apache.ibatis.plugin.Interceptor;
import org.apache.ibatis.plugin.Intercepts;
import org.apache.ibatis.plugin.Invocation;
import org.apache.ibatis.plugin.Signature;

/**
 * A MyBatis plugin by which an update of several statements answers the count of the last one;
 * MyBatis itself answers the first, which is the gate's.
 */
@Intercepts(@Signature(type = StatementHandler.class, method = "update", args = Statement.class))
public final class LastUpdateCount implements Interceptor {

  @Override
  public Object intercept(Invocation invocation) throws Throwable {
    Object first = invocation.proceed();
    return last((Statement) invocation.getArgs()[0], (Integer) first);
  }

  /** The results are here already: reading them costs no round trip. */
  private static int last(Statement statement, int first) throws SQLException {
    int last = first;
    while (true) {
      boolean rows = statement.getMoreResults();
      int count = statement.getUpdateCount();
      if (!rows && count < 0) {
        return last;
      }
      last = rows ? last : count;
    }
  }
}
