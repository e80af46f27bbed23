package dev.bbm.starter.performance;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection of a client, by PostgreSQL's protocol 3.
 *
 * <p>The server's ReadyForQuery alone would count too much: pgjdbc sends its BEGIN as a query of
 * its own and goes on without waiting for the answer. So a round trip ends when nothing is owed any
 * more.
 */
final class ProxiedConnection {

  private final List<String> commands = new ArrayList<>();
  private final List<RoundTrip> roundTrips = new ArrayList<>();
  private int backend;

  /** ReadyForQuery messages that the server owes; the first for the client's start. */
  private int owed = 1;

  private interface Note {
    void message(int type, byte[] content);
  }

  /** Passes on what the client sends until it ends; its first message has no type. */
  void passFromClient(InputStream client, OutputStream server) throws IOException {
    var in = new DataInputStream(new BufferedInputStream(client));
    var out = new DataOutputStream(new BufferedOutputStream(server));
    passContent(in, out);
    out.flush();
    passAll(in, out, this::noteSent);
  }

  /** Passes on what the server sends until it ends. */
  void passFromServer(InputStream server, OutputStream client) throws IOException {
    passAll(
        new DataInputStream(new BufferedInputStream(server)),
        new DataOutputStream(new BufferedOutputStream(client)),
        this::noteAnswered);
  }

  private static void passAll(DataInputStream in, DataOutputStream out, Note note)
      throws IOException {
    for (int type = in.read(); type >= 0; type = in.read()) {
      out.write(type);
      note.message(type, passContent(in, out));
      if (in.available() == 0) {
        out.flush();
      }
    }
  }

  private static byte[] passContent(DataInputStream in, DataOutputStream out) throws IOException {
    int length = in.readInt();
    var content = new byte[length - Integer.BYTES];
    in.readFully(content);
    out.writeInt(length);
    out.write(content);
    return content;
  }

  private synchronized void noteSent(int type, byte[] content) {
    switch (type) {
      case 'Q', 'S', 'F' -> owed++; // Query, Sync, FunctionCall
      default -> {} // answered with the next Sync
    }
  }

  private synchronized void noteAnswered(int type, byte[] content) {
    switch (type) {
      case 'K' -> backend = ByteBuffer.wrap(content).getInt(); // BackendKeyData
      case 'C' -> commands.add(new String(content, 0, content.length - 1, US_ASCII));
      case 'Z' -> noteReady(content[0] != 'I');
      default -> {} // rows, notices, errors
    }
  }

  private void noteReady(boolean transaction) {
    owed--;
    if (owed == 0) {
      roundTrips.add(new RoundTrip(commands, transaction));
      commands.clear();
    }
  }

  /** The process id of the server's end. */
  synchronized int backend() {
    return backend;
  }

  synchronized List<RoundTrip> roundTrips() {
    return List.copyOf(roundTrips);
  }

  synchronized void forget() {
    roundTrips.clear();
  }
}
