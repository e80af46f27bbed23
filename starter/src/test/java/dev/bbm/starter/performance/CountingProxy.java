package dev.bbm.starter.performance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between clients and a PostgreSQL server on this machine, without encryption, and counts.
 */
final class CountingProxy implements AutoCloseable {

  private final ServerSocket socket;
  private final int serverPort;
  private final List<ProxiedConnection> connections = new CopyOnWriteArrayList<>();

  private CountingProxy(ServerSocket socket, int serverPort) {
    this.socket = socket;
    this.serverPort = serverPort;
  }

  static CountingProxy before(int serverPort) throws IOException {
    var socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    var proxy = new CountingProxy(socket, serverPort);
    Thread.ofVirtual().name("proxy").start(proxy::accept);
    return proxy;
  }

  int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        connect(socket.accept());
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void connect(Socket client) throws IOException {
    var server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    var connection = new ProxiedConnection();
    connections.add(connection);
    start(
        client,
        server,
        () -> connection.passFromClient(client.getInputStream(), server.getOutputStream()));
    start(
        client,
        server,
        () -> connection.passFromServer(server.getInputStream(), client.getOutputStream()));
  }

  private interface Pass {
    void run() throws IOException;
  }

  /** Until one side ends: then both. */
  private static void start(Socket client, Socket server, Pass pass) {
    Thread.startVirtualThread(() -> {
      try (client;
          server) {
        pass.run();
      } catch (IOException _) {
        // the connection was closed, by one side or by the other direction's end
      }
    });
  }

  /** All connections so far, those that are closed among them. */
  List<ProxiedConnection> connections() {
    return List.copyOf(connections);
  }

  /** Begins to count anew. */
  void forget() {
    connections.forEach(ProxiedConnection::forget);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
