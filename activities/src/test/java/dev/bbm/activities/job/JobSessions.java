package dev.bbm.activities.job;

import org.apache.ibatis.datasource.unpooled.UnpooledDataSource;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.LocalCacheScope;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;

/** MyBatis on one address. */
final class JobSessions {

  private final Configuration configuration;

  JobSessions(String url) {
    var dataSource = new UnpooledDataSource("org.postgresql.Driver", url, null, null);
    dataSource.setAutoCommit(false);
    configuration =
        new Configuration(new Environment("test", new JdbcTransactionFactory(), dataSource));
    configuration.setCacheEnabled(false);
    configuration.setLocalCacheScope(LocalCacheScope.STATEMENT);
  }

  Configuration configuration() {
    return configuration;
  }

  SqlSession open() {
    return new SqlSessionFactoryBuilder().build(configuration).openSession();
  }
}
