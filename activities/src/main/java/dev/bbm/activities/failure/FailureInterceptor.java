package dev.bbm.activities.failure;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.util.Objects;

/**
 * The boundary of every activity: an ApplicationException becomes an ApplicationFailure of its
 * code's name.
 */
public final class FailureInterceptor extends WorkerInterceptorBase {

  @Override
  public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
    return new ActivityInboundCallsInterceptorBase(next) {
      @Override
      public ActivityOutput execute(ActivityInput input) {
        try {
          return super.execute(input);
        } catch (ApplicationException failure) {
          throw toApplicationFailure(failure);
        }
      }
    };
  }

  static ApplicationFailure toApplicationFailure(ApplicationException failure) {
    String hint = failure.hint().map(next -> "; " + next).orElse("");
    return ApplicationFailure.newBuilder()
        .setMessage(Objects.requireNonNullElse(failure.getMessage(), "") + hint)
        .setType(failure.code().name())
        .setNonRetryable(!failure.code().category().isRetried())
        .setCategory(
            isExpected(failure.code())
                ? ApplicationErrorCategory.BENIGN
                : ApplicationErrorCategory.UNSPECIFIED)
        .build();
  }

  private static boolean isExpected(ErrorCode code) {
    return switch (code) {
      case OWNERSHIP_LOST, DRAINING, STALE_CLAIM, NOT_ACTIVE, ILLEGAL_TRANSITION -> true;
      default -> false;
    };
  }
}
