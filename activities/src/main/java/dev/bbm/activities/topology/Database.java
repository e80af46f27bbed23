package dev.bbm.activities.topology;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.apache.ibatis.exceptions.PersistenceException;
import org.apache.ibatis.plugin.Interceptor;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.jspecify.annotations.Nullable;

/**
 * One configured database: its pool, which leads to one of its endpoints, and its sessions with
 * every mapper registered. Closing it closes the pool.
 */
public final class Database implements AutoCloseable {

  /** A server that is up and near answers in milliseconds; the watch looks each second. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final DatabaseSettings settings;
  private final String applicationName;
  private final EndpointPool pool;
  private final Map<Address, HikariDataSource> lookouts = new ConcurrentHashMap<>();
  private @Nullable HikariDataSource direct;
  private @Nullable Address directEndpoint;
  private final SqlSessionFactory sessions;
  private final Transactions transactions;

  /**
   * Opens no connection yet.
   *
   * @param applicationName as pg_stat_activity shows it: {@code bbm/<worker>}
   * @param mappers every mapper interface that its sessions serve
   */
  public Database(
      DatabaseSettings settings,
      String applicationName,
      List<Class<?>> mappers,
      List<Interceptor> plugins) {
    this.settings = settings;
    this.applicationName = applicationName;
    this.pool =
        new EndpointPool(
            settings.address(),
            endpoint -> new HikariDataSource(poolConfig(settings.at(endpoint), applicationName)));
    this.sessions = MyBatisSessions.factory(settings.name(), pool, mappers, plugins);
    this.transactions = new Transactions(settings.name(), sessions::openSession);
  }

  private static HikariConfig poolConfig(DatabaseSettings settings, String applicationName) {
    var config = new HikariConfig();
    config.setPoolName("bbm-" + settings.name());
    config.setJdbcUrl(settings.url());
    if (!settings.user().isEmpty()) {
      config.setUsername(settings.user());
    }
    // An empty one would keep the driver from looking into ~/.pgpass.
    if (!settings.password().value().isEmpty()) {
      config.setPassword(settings.password().value());
    }
    config.setAutoCommit(false);
    config.setMaximumPoolSize(settings.maxConnections());
    config.setMinimumIdle(0);
    config.setConnectionTimeout(5_000);
    config.setInitializationFailTimeout(-1);
    // Shorter than any firewall's idle limit that we know of; an idle connection costs the server
    // memory.
    config.setIdleTimeout(60_000);
    config.setMaxLifetime(600_000);
    if (settings.address().pooler() == Pooler.TRANSACTION) {
      // A prepared statement lives in one server connection, the next transaction may get another.
      config.addDataSourceProperty("prepareThreshold", "0");
    }
    config.addDataSourceProperty("ApplicationName", applicationName);
    config.addDataSourceProperty("connectTimeout", "5");
    // Above the statement timeout of 30 s: a server that vanished without a word ends the wait.
    config.addDataSourceProperty("socketTimeout", "40");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    return config;
  }

  /** The configured name. */
  public String name() {
    return settings.name();
  }

  /** As configured. */
  public DatabaseSettings settings() {
    return settings;
  }

  /** The endpoint to which new transactions go. */
  public Address current() {
    return pool.endpoint();
  }

  /**
   * New transactions go to that endpoint; sessions under way end with their transactions, within 5
   * s. Returns false when it was in use already.
   */
  public boolean useEndpoint(Address endpoint) {
    return pool.use(endpoint);
  }

  /** The way to its mappers, on the endpoint in use. */
  public Transactions transactions() {
    return transactions;
  }

  /**
   * The way to its mappers on any endpoint, to look at it: by few connections and with short
   * timeouts.
   */
  public Transactions lookAt(Address endpoint) {
    HikariDataSource lookout = lookouts.computeIfAbsent(endpoint, this::openLookout);
    return new Transactions(settings.name(), () -> session(lookout));
  }

  private HikariDataSource openLookout(Address endpoint) {
    HikariConfig config = poolConfig(settings.at(endpoint), applicationName);
    config.setPoolName("bbm-look-" + settings.name());
    // The watch, and beside it whoever asks whether two endpoints are one server.
    config.setMaximumPoolSize(3);
    config.setConnectionTimeout(LOOK.toMillis());
    config.setValidationTimeout(LOOK.toMillis());
    config.addDataSourceProperty("connectTimeout", String.valueOf(LOOK.toSeconds()));
    config.addDataSourceProperty("socketTimeout", String.valueOf(LOOK.toSeconds()));
    return new HikariDataSource(config);
  }

  private SqlSession session(DataSource connections) {
    try {
      return sessions.openSession(connections.getConnection());
    } catch (SQLException thrown) {
      throw new PersistenceException(thrown);
    }
  }

  /** MyBatis's configuration, into which job classes register their statements and mappers. */
  public Configuration myBatis() {
    return sessions.getConfiguration();
  }

  /** The pool, for Flyway alone. */
  DataSource pool() {
    return pool;
  }

  /**
   * Connections by migration_url without the pool's timeouts, for what may take hours: building an
   * index, waiting for a lock.
   */
  public synchronized DataSource direct() {
    HikariDataSource opened = direct;
    if (opened == null || !current().equals(directEndpoint)) {
      directEndpoint = current();
      HikariConfig config = poolConfig(settings.at(directEndpoint).forMigrations(), "bbm/migrate");
      config.setPoolName("bbm-direct-" + settings.name());
      config.setMaximumPoolSize(1);
      config.setAutoCommit(true);
      config.addDataSourceProperty("socketTimeout", "0");
      closeDirect();
      opened = new HikariDataSource(config);
      direct = opened;
    }
    return opened;
  }

  /**
   * A session on somebody's connection, in whose transaction its mappers take part. Closing it
   * would close the connection, so nobody closes it.
   */
  public SqlSession session(Connection connection) {
    return sessions.openSession(connection);
  }

  @Override
  public synchronized void close() {
    closeDirect();
    lookouts.values().forEach(HikariDataSource::close);
    pool.close();
  }

  private void closeDirect() {
    if (direct != null) {
      direct.close();
    }
  }
}
