package dev.bbm.activities.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A proxy before PostgreSQL that counts network round trips: how often the client speaks again
 * after the server has answered.
 */
public final class RoundTrips implements AutoCloseable {

  private final PostgresExtension postgres;
  private final ServerSocket listener;
  private final AtomicInteger count = new AtomicInteger();

  /** Listens on a free port of the loopback interface. */
  public RoundTrips(PostgresExtension postgres) {
    this.postgres = postgres;
    try {
      listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /** The JDBC address of the class's database through this proxy. */
  public String url() {
    return postgres.url().replace(":" + postgres.port() + "/", ":" + listener.getLocalPort() + "/");
  }

  /** How many round trips the work takes, over all connections through this proxy. */
  public int during(Work work) throws Exception {
    int before = count.get();
    work.run();
    return count.get() - before;
  }

  /** Something that talks to the database. */
  public interface Work {
    void run() throws Exception;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), postgres.port());
        var wire = new Wire();
        Thread.ofVirtual().start(() -> pump(client, server, wire::asks));
        Thread.ofVirtual().start(() -> pump(server, client, wire::answers));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void pump(Socket from, Socket to, Runnable noticed) {
    var buffer = new byte[65_536];
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        noticed.run();
        out.write(buffer, 0, length);
      }
    } catch (IOException closed) {
      Thread.currentThread().interrupt(); // the other side is gone, and so is this thread
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  /** Who spoke last on one connection. */
  private final class Wire {

    private boolean clientSpeaks;

    synchronized void asks() {
      if (!clientSpeaks) {
        clientSpeaks = true;
        count.incrementAndGet();
      }
    }

    synchronized void answers() {
      clientSpeaks = false;
    }
  }
}
