package dev.bbm.starter.embedded;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** A TCP port of this machine that nothing but local processes can reach. */
record LoopbackPort(int number) {

  static final String HOST = "127.0.0.1";

  /**
   * Below the ports that Linux (32768) and macOS (49152) hand to outgoing connections: a client
   * that retries while the server is down could otherwise be given the server's own port, connect
   * to itself, and keep the server from coming back.
   */
  private static final int FIRST = 15_000;

  private static final int LAST = 32_000;
  private static final int ATTEMPTS = 200;
  private static final int CONNECT_MILLIS = 500;

  static LoopbackPort free() {
    return IntStream.range(0, ATTEMPTS)
        .map(_ -> ThreadLocalRandom.current().nextInt(FIRST, LAST))
        .mapToObj(LoopbackPort::new)
        .filter(LoopbackPort::isFree)
        .findFirst()
        .orElseThrow(() ->
            ApplicationException.of(
                ErrorCode.INVALID_CONFIGURATION,
                "There is no free port on %s between %d and %d.".formatted(HOST, FIRST, LAST),
                "End other servers and try again."));
  }

  String address() {
    return HOST + ":" + number;
  }

  InetSocketAddress socketAddress() {
    return new InetSocketAddress(InetAddress.ofLiteral(HOST), number);
  }

  boolean isFree() {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(socketAddress());
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  boolean accepts() {
    try (var socket = new Socket()) {
      socket.connect(socketAddress(), CONNECT_MILLIS);
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
