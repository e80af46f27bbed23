package dev.bbm.starter.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

final class LoopbackPortTest {

  @Test
  void isFreeAndBelowThePortsOfOutgoingConnections() {
    var port = LoopbackPort.free();

    assertThat(port).matches(LoopbackPort::isFree);
    assertThat(port.number()).isBetween(15_000, 32_000);
  }

  @Test
  void isNotFreeWhileSomebodyListens() throws IOException {
    var port = LoopbackPort.free();
    try (var listener = new ServerSocket()) {
      listener.bind(port.socketAddress());

      assertThat(port.isFree()).isFalse();
      assertThat(port.accepts()).isTrue();
    }
    assertThat(port.accepts()).isFalse();
  }
}
