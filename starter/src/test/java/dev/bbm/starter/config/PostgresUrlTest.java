package dev.bbm.starter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.activities.topology.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PostgresUrlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      textBlock =
          """
          postgresql://app@db/shop                       | jdbc:postgresql://db/shop                       | app  | null
          postgres://app:pw@db:5433/shop                 | jdbc:postgresql://db:5433/shop                  | app  | pw
          postgresql:///shop                             | jdbc:postgresql://localhost/shop                | null | null
          postgresql://db                                | jdbc:postgresql://db/                           | null | null
          postgresql://a%40b:p%3Aw%25@db/shop            | jdbc:postgresql://db/shop                       | a@b  | p:w%
          postgresql://app:p@ss@db/shop                  | jdbc:postgresql://db/shop                       | app  | p@ss
          postgresql://h1:5432,h2:5433/shop              | jdbc:postgresql://h1:5432,h2:5433/shop          | null | null
          postgresql://[::1]:5433/shop                   | jdbc:postgresql://[::1]:5433/shop               | null | null
          postgresql://[::1]/shop                        | jdbc:postgresql://[::1]/shop                    | null | null
          postgresql://db/shop?sslmode=require           | jdbc:postgresql://db/shop?sslmode=require       | null | null
          postgresql://db/shop?connect_timeout=3         | jdbc:postgresql://db/shop?connectTimeout=3      | null | null
          postgresql://db/a%20b                          | jdbc:postgresql://db/a%20b                      | null | null
          postgresql:///?host=db&port=5433&dbname=shop   | jdbc:postgresql://db:5433/shop                  | null | null
          jdbc:postgresql://db/shop?user=app&password=pw | jdbc:postgresql://db/shop                       | app  | pw
          jdbc:postgresql://db/shop?a=1&user=app         | jdbc:postgresql://db/shop?a=1                   | app  | null
          """)
  void takesTheAddressApart(String address, String jdbc, String user, String password) {
    assertThat(PostgresUrl.parse(address))
        .isEqualTo(new PostgresUrl(jdbc, user, password == null ? null : new Secret(password)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mysql://db/shop                | is no address of PostgreSQL
          db/shop                        | is no address of PostgreSQL
          postgresql://db:port/shop      | has the port "port", which is none
          postgresql://db:70000/shop     | has the port "70000", which is none
          postgresql://%2Frun%2Fpg/shop  | names a Unix socket, which the JDBC driver cannot use
          postgresql:///shop?host=/run   | names a Unix socket, which the JDBC driver cannot use
          postgresql://app:50%@db/shop   | has a % that begins no %XX; write %25 for it
          """)
  void refusesWhatTheDriverCannotUse(String address, String message) {
    assertThatThrownBy(() -> PostgresUrl.parse(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void hidesPasswordsOfAddressesThatItCannotRead() {
    assertThat(PostgresUrl.masked("mysql://app:p@ss@db/shop?password=other&x=1"))
        .isEqualTo("mysql://app:***@db/shop?password=***&x=1");
  }

  @Test
  void showsNoPassword() {
    assertThat(PostgresUrl.parse("postgresql://app:pw@db/shop").toString()).doesNotContain("pw");
  }
}
