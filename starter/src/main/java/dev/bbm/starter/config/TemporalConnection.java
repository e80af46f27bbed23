package dev.bbm.starter.config;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.migration.Messages;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.LoadClientConfigProfileOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The connection to Temporal: by TEMPORAL_* and temporal.toml, else to the embedded server of this
 * folder, else to 127.0.0.1:7233.
 */
public final class TemporalConnection implements AutoCloseable {

  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final WorkflowServiceStubs stubs;
  private final WorkflowClient client;

  private TemporalConnection(ClientConfigProfile profile) {
    this.stubs = WorkflowServiceStubs.newServiceStubs(profile.toWorkflowServiceStubsOptions());
    this.client =
        WorkflowClient.newInstance(
            stubs,
            WorkflowClientOptions.newBuilder(profile.toWorkflowClientOptions())
                .setDataConverter(Messages.CONVERTER)
                .build());
  }

  /**
   * Connects at the first call, not here; throws INVALID_CONFIGURATION for a wrong temporal.toml.
   */
  public static TemporalConnection of(Settings settings, Surroundings surroundings) {
    return new TemporalConnection(profile(settings, surroundings));
  }

  private static ClientConfigProfile profile(Settings settings, Surroundings surroundings) {
    try {
      var profile =
          ClientConfigProfile.load(
              LoadClientConfigProfileOptions.newBuilder()
                  .setEnvOverrides(surroundings.variables())
                  .build());
      boolean addressed = profile.getAddress() != null && !profile.getAddress().isEmpty();
      return addressed || settings.embeddedTemporal() == null
          ? profile
          : profile.toBuilder().setAddress(settings.embeddedTemporal()).build();
    } catch (IOException | RuntimeException thrown) {
      throw ApplicationException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "Temporal's configuration cannot be read: " + thrown.getMessage(),
          "check temporal.toml and the TEMPORAL_* variables",
          null,
          thrown);
    }
  }

  public WorkflowServiceStubs stubs() {
    return stubs;
  }

  public WorkflowClient client() {
    return client;
  }

  /** Host and port. */
  public String target() {
    return stubs.getOptions().getTarget();
  }

  /** Throws TEMPORAL_UNREACHABLE unless the server answers and knows the namespace. */
  public void requireServer() {
    String namespace = client.getOptions().getNamespace();
    try {
      stubs
          .blockingStub()
          .withDeadlineAfter(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
          .describeNamespace(DescribeNamespaceRequest.newBuilder().setNamespace(namespace).build());
    } catch (StatusRuntimeException thrown) {
      throw ApplicationException.of(
          ErrorCode.TEMPORAL_UNREACHABLE,
          "Temporal at %s does not serve namespace \"%s\": %s"
              .formatted(target(), namespace, thrown.getStatus().getCode()),
          "set TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, or start ./bbm demo",
          null,
          thrown);
    }
  }

  @Override
  public void close() {
    stubs.shutdownNow();
    stubs.awaitTermination(ANSWER.toSeconds(), TimeUnit.SECONDS);
  }
}
