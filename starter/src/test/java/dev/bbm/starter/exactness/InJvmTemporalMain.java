package dev.bbm.starter.exactness;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.temporal.internal.testservice.GRPCServerHelper;
import io.temporal.internal.testservice.TestServicesStarter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The in-JVM Temporal server in a JVM of its own, so that it can be killed; it comes back empty.
 */
final class InJvmTemporalMain {

  private InJvmTemporalMain() {}

  /** Arguments: the port, 0 for a free one; the file to write the port to once it serves. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var services = new TestServicesStarter(true, 0);
    var address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
    var builder = NettyServerBuilder.forAddress(address);
    GRPCServerHelper.registerServicesAndHealthChecks(services.getServices(), builder);
    var server = builder.build().start();
    var file = Path.of(arguments[1]);
    var unfinished = Path.of(arguments[1] + ".unfinished");
    Files.writeString(unfinished, Integer.toString(server.getPort()), UTF_8);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    server.awaitTermination();
  }
}
