package dev.bbm.activities.topology;

import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections to the endpoint in use. Those to an endpoint that was left end with their
 * transactions, and are cut when these last too long.
 */
final class EndpointPool implements DataSource, AutoCloseable {

  /**
   * A server that no longer owns the schema refuses the next sub-batch anyway; one that is gone
   * would hold its sub-batches for the socket timeout.
   */
  private static final Duration LAST_TRANSACTIONS = Duration.ofSeconds(5);

  private record InUse(Address endpoint, HikariDataSource connections) {}

  private final Function<Address, HikariDataSource> opener;
  private final Set<HikariDataSource> left = ConcurrentHashMap.newKeySet();
  private volatile InUse inUse;

  /** Opens no connection yet. */
  EndpointPool(Address first, Function<Address, HikariDataSource> opener) {
    this.opener = opener;
    this.inUse = new InUse(first, opener.apply(first));
  }

  Address endpoint() {
    return inUse.endpoint();
  }

  /** New connections lead to that endpoint. Returns false when they did already. */
  synchronized boolean use(Address endpoint) {
    InUse before = inUse;
    if (before.endpoint().equals(endpoint)) {
      return false;
    }
    inUse = new InUse(endpoint, opener.apply(endpoint));
    leave(before.connections());
    return true;
  }

  private void leave(HikariDataSource connections) {
    left.add(connections);
    connections.getHikariPoolMXBean().softEvictConnections();
    Thread.ofVirtual().name("bbm-leave-endpoint").start(() -> closeLater(connections));
  }

  private void closeLater(HikariDataSource connections) {
    try {
      Thread.sleep(LAST_TRANSACTIONS);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
    connections.close();
    left.remove(connections);
  }

  @Override
  public Connection getConnection() throws SQLException {
    return inUse.connections().getConnection();
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return inUse.connections().getConnection(user, password);
  }

  @Override
  public @Nullable PrintWriter getLogWriter() throws SQLException {
    return inUse.connections().getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    inUse.connections().setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    inUse.connections().setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return inUse.connections().getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getLogger(EndpointPool.class.getName());
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return inUse.connections().unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return inUse.connections().isWrapperFor(type);
  }

  @Override
  public void close() {
    inUse.connections().close();
    left.forEach(HikariDataSource::close);
  }
}
