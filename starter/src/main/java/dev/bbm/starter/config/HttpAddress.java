package dev.bbm.starter.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a worker listens for monitoring systems.
 *
 * @param host a name or an address, without brackets
 * @param port 0 for any that is free
 */
public record HttpAddress(String host, int port) {

  private static final String LOOPBACK = "127.0.0.1";
  private static final Pattern FORM =
      Pattern.compile("(?:(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):)?(?<port>[0-9]{1,5})");

  /** Loopback where only a port is given; empty for what is no address. */
  static Optional<HttpAddress> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || Integer.parseInt(form.group("port")) > 65535) {
      return Optional.empty();
    }
    String host = form.group("host") == null ? LOOPBACK : form.group("host");
    return Optional.of(
        new HttpAddress(host.replaceAll("[\\[\\]]", ""), Integer.parseInt(form.group("port"))));
  }

  /** The one that a socket listens on. */
  public static HttpAddress of(InetSocketAddress listening) {
    InetAddress address = listening.getAddress();
    return new HttpAddress(
        address.isAnyLocalAddress() ? LOOPBACK : address.getHostAddress(), listening.getPort());
  }

  /** To listen on. */
  public InetSocketAddress socketAddress() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
