package dev.bbm.starter.embedded;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A port that somebody else took between our look at it and our use of it. */
final class TakenPort implements AutoCloseable {

  private final LoopbackPort port = LoopbackPort.free();
  private final ServerSocket listener = new ServerSocket();

  TakenPort() throws IOException {
    listener.bind(port.socketAddress());
  }

  LoopbackPort port() {
    return port;
  }

  /** This port first, and then a free one. */
  Deque<LoopbackPort> thenAFreeOne() {
    return new ArrayDeque<>(List.of(port, LoopbackPort.free()));
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
