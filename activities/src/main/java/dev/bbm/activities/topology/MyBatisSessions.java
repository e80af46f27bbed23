package dev.bbm.activities.topology;

import dev.bbm.workflows.migration.MigrationStatus;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.plugin.Interceptor;
import org.apache.ibatis.session.AutoMappingUnknownColumnBehavior;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.LocalCacheScope;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.apache.ibatis.type.JdbcType;

/**
 * MyBatis as every database here uses it: records by constructor, nothing cached, unknown columns
 * refused.
 */
final class MyBatisSessions {

  private MyBatisSessions() {}

  static SqlSessionFactory factory(
      String database, DataSource pool, List<Class<?>> mappers, List<Interceptor> plugins) {
    var configuration = new Configuration(new Environment(database, transactionFactory(), pool));
    configuration.setMapUnderscoreToCamelCase(true);
    configuration.setArgNameBasedConstructorAutoMapping(true);
    configuration.setAutoMappingUnknownColumnBehavior(AutoMappingUnknownColumnBehavior.FAILING);
    configuration.setLocalCacheScope(LocalCacheScope.STATEMENT);
    configuration.setCacheEnabled(false);
    configuration.setLazyLoadingEnabled(false);
    configuration.setJdbcTypeForNull(JdbcType.NULL);
    configuration.setDefaultFetchSize(1_000);
    configuration
        .getTypeHandlerRegistry()
        .register(MigrationStatus.class, new MigrationStatusHandler());
    mappers.forEach(configuration::addMapper);
    plugins.forEach(configuration::addInterceptor);
    return new SqlSessionFactoryBuilder().build(configuration);
  }

  /**
   * Without this a session that is closed turns auto-commit on, which commits whatever its selects
   * of functions have written.
   */
  private static JdbcTransactionFactory transactionFactory() {
    var factory = new JdbcTransactionFactory();
    var properties = new Properties();
    properties.setProperty("skipSetAutoCommitOnClose", "true");
    factory.setProperties(properties);
    return factory;
  }
}
