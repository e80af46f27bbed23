package dev.bbm.workflows.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ApplicationExceptionTest {

  static Stream<Arguments> categories() {
    return Stream.of(
        arguments(ErrorCode.UNKNOWN_TABLE, UserException.class),
        arguments(ErrorCode.ILLEGAL_TRANSITION, ConflictException.class),
        arguments(ErrorCode.LOCK_TIMEOUT, TransientException.class),
        arguments(ErrorCode.CONNECTION_LOST, UnavailableException.class),
        arguments(ErrorCode.BUG, InternalException.class));
  }

  @ParameterizedTest
  @MethodSource("categories")
  void isOfTheClassOfItsCategory(ErrorCode code, Class<? extends ApplicationException> type) {
    assertThat(ApplicationException.of(code, "it is so")).isExactlyInstanceOf(type);
    assertThat(ApplicationException.of(code, "it is so", "./bbm list")).isExactlyInstanceOf(type);
  }

  @ParameterizedTest
  @EnumSource
  void keepsItsCodeAndMessage(ErrorCode code) {
    ApplicationException exception = ApplicationException.of(code, "it is so");

    assertThat(exception.code()).isEqualTo(code);
    assertThat(exception).hasMessage("it is so").hasNoCause();
    assertThat(exception.hint()).isEmpty();
    assertThat(exception.sqlState()).isEmpty();
  }

  @Test
  void keepsWhatToTypeNextAndWhereItCameFrom() {
    var cause = new SQLException("deadlock detected", "40P01");

    ApplicationException exception =
        ApplicationException.of(
            ErrorCode.DEADLOCK, "two jobs blocked each other", "./bbm jobs", "40P01", cause);

    assertThat(exception.hint()).hasValue("./bbm jobs");
    assertThat(exception.sqlState()).hasValue("40P01");
    assertThat(exception).hasCause(cause);
  }
}
