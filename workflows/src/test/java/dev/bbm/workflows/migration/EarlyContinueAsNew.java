package dev.bbm.workflows.migration;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.temporal.api.history.v1.History;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryResponse;
import io.temporal.api.workflowservice.v1.PollWorkflowTaskQueueResponse;

/**
 * A server that suggests to continue as new after few events, so that a recorded history stays
 * short.
 */
final class EarlyContinueAsNew implements ClientInterceptor {

  private static final long SUGGESTED_FROM = 30;

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        super.start(suggesting(listener), headers);
      }
    };
  }

  private static <A> ClientCall.Listener<A> suggesting(ClientCall.Listener<A> listener) {
    return new SimpleForwardingClientCallListener<>(listener) {
      @Override
      public void onMessage(A answer) {
        super.onMessage(suggestIn(answer));
      }
    };
  }

  // Each builder builds the type that it was made from.
  @SuppressWarnings("unchecked")
  private static <A> A suggestIn(A answer) {
    return switch (answer) {
      case PollWorkflowTaskQueueResponse task ->
          (A) task.toBuilder().setHistory(suggestIn(task.getHistory())).build();
      case GetWorkflowExecutionHistoryResponse page ->
          (A) page.toBuilder().setHistory(suggestIn(page.getHistory())).build();
      default -> answer;
    };
  }

  private static History suggestIn(History history) {
    var suggesting = history.toBuilder();
    suggesting.getEventsBuilderList().stream()
        .filter(HistoryEvent.Builder::hasWorkflowTaskStartedEventAttributes)
        .filter(event -> event.getEventId() >= SUGGESTED_FROM)
        .forEach(event ->
            event.getWorkflowTaskStartedEventAttributesBuilder().setSuggestContinueAsNew(true));
    return suggesting.build();
  }
}
