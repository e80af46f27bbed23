package dev.bbm.starter.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The addresses on which a process of this Linux machine listens, in the hexadecimal form of /proc.
 */
record ListeningSockets(List<String> addresses) {

  private static final String LISTENS = "0A";
  private static final Set<String> LOOPBACK =
      Set.of("0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000");

  static ListeningSockets of(long pid) throws IOException {
    var inodes = socketInodes(pid);
    return new ListeningSockets(
        Stream.of("tcp", "tcp6")
            .flatMap(table -> lines(Path.of("/proc/net", table)))
            .map(line -> line.strip().split("\\s+"))
            .filter(columns -> columns[3].equals(LISTENS) && inodes.contains(columns[9]))
            .map(columns -> columns[1].substring(0, columns[1].indexOf(':')))
            .toList());
  }

  boolean areLoopbackOnly() {
    return !addresses.isEmpty() && LOOPBACK.containsAll(addresses);
  }

  private static Set<String> socketInodes(long pid) throws IOException {
    try (var descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return descriptors
          .map(ListeningSockets::target)
          .filter(target -> target.startsWith("socket:["))
          .map(target -> target.substring("socket:[".length(), target.length() - 1))
          .collect(Collectors.toSet());
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException _) {
      return ""; // closed meanwhile
    }
  }

  private static Stream<String> lines(Path table) {
    try {
      return Files.readAllLines(table, UTF_8).stream().skip(1);
    } catch (IOException _) {
      return Stream.of(); // no IPv6 here
    }
  }
}
