package dev.bbm.starter.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpAddressTest {

  @ParameterizedTest
  @CsvSource({
    "9464,127.0.0.1:9464",
    "0,127.0.0.1:0",
    "0.0.0.0:9464,0.0.0.0:9464",
    "metrics.local:1,metrics.local:1",
    "[::1]:9464,[::1]:9464",
  })
  void readsAPortAndPerhapsAHost(String text, String address) {
    assertThat(HttpAddress.parse(text).orElseThrow()).hasToString(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "on", "65536", "host", "host:", ":9464", "-1", "a b:1", "::1:9464"})
  void knowsWhatIsNone(String text) {
    assertThat(HttpAddress.parse(text)).isEmpty();
  }
}
