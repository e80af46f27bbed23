package dev.bbm.starter.testbed;

import dev.bbm.starter.embedded.EmbeddedDatabaseServer;
import dev.bbm.starter.embedded.StopMode;
import dev.bbm.starter.exactness.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** What a nemesis can do to one PostgreSQL server. */
public final class Levers {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final EmbeddedDatabaseServer server;
  private String cutFrom = "";

  public Levers(EmbeddedDatabaseServer server) {
    this.server = server;
  }

  /** Cuts the stream from the primary, and returns once nothing arrives any more. */
  public void cutStream() {
    String source = sql().value("SELECT current_setting('primary_conninfo')");
    cutFrom = source.isEmpty() ? cutFrom : source;
    set("primary_conninfo", "");
    Await.until(
        "the stream is cut",
        LIMIT,
        () -> isTrue("SELECT NOT EXISTS (SELECT FROM pg_stat_wal_receiver)"));
  }

  /** Lets the stream flow again, and returns once it does. */
  public void restoreStream() {
    streamFrom(cutFrom);
  }

  /** Streams from the server that this libpq text names. */
  public void streamFrom(String connectionText) {
    set("primary_conninfo", connectionText);
    Await.until(
        "the standby streams",
        LIMIT,
        () ->
            isTrue("SELECT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming')"));
  }

  /** Changes a setting of the server and reloads, as for synchronous_standby_names. */
  public void set(String setting, String value) {
    sql()
        .execute(
            sql().value("SELECT format('ALTER SYSTEM SET %I = %L', ?, ?)", setting, value),
            "SELECT pg_reload_conf()");
    Await.until(
        "the setting is loaded",
        LIMIT,
        () -> sql().value("SELECT current_setting(?)", setting).equals(value));
  }

  /** Stops applying what arrives. This loses nothing: a promotion applies it first. */
  public void pauseReplay() {
    sql().execute("SELECT pg_wal_replay_pause()");
    Await.until(
        "replay is paused",
        LIMIT,
        () -> isTrue("SELECT pg_get_wal_replay_pause_state() = 'paused'"));
  }

  /** Applies again what arrives. */
  public void resumeReplay() {
    sql().execute("SELECT pg_wal_replay_resume()");
  }

  /** Makes a standby a primary, on a new timeline. */
  public void promote() {
    if (!isTrue("SELECT pg_promote(wait => true, wait_seconds => 60)")) {
      throw new IllegalStateException("the standby was not promoted within 60 s");
    }
  }

  /** Makes a standby a second primary on the same timeline, as a hand-started copy is. */
  public void removeStandbySignal() {
    server.stop(StopMode.FAST);
    try {
      Files.delete(server.data().resolve("standby.signal"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.start();
  }

  /** Ends the server without order; {@link #restart()} recovers from the log. */
  public void crash() {
    server.stop(StopMode.IMMEDIATE);
  }

  /** Starts the server on its port again, whatever ended it: also the old primary, as a zombie. */
  public void restart() {
    if (server.isRunning()) {
      server.stop(StopMode.FAST);
    }
    server.start();
  }

  /** Stops every process of the server as SIGSTOP does: connections hang, none ends. */
  public void freeze() {
    signal("STOP");
  }

  /** Lets them run on. */
  public void thaw() {
    signal("CONT");
  }

  /** How many bytes of this primary's log a standby has not applied yet. */
  public long lag(Levers standby) {
    return Long.parseLong(
        standby
            .sql()
            .value(
                "SELECT greatest(0, pg_wal_lsn_diff(?::pg_lsn, pg_last_wal_replay_lsn()))::bigint",
                sql().value("SELECT pg_current_wal_flush_lsn()")));
  }

  /** Returns once a standby has applied all that this primary has written until now. */
  public void awaitCaughtUp(Levers standby) {
    String written = sql().value("SELECT pg_current_wal_flush_lsn()");
    Await.until(
        "the standby has caught up",
        LIMIT,
        () ->
            standby
                .sql()
                .value("SELECT pg_last_wal_replay_lsn() >= ?::pg_lsn", written)
                .equals("t"));
  }

  /** The timeline on which a primary writes. */
  public int timeline() {
    return Integer.parseInt(
        sql()
            .value(
                "SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer"));
  }

  private void signal(String name) {
    server
        .pid()
        .ifPresent(postmaster -> {
          send(name, postmaster); // first, so that no child is born meanwhile
          ProcessHandle.of(postmaster).stream()
              .flatMap(ProcessHandle::descendants)
              .forEach(child -> send(name, child.pid()));
        });
  }

  private static void send(String signal, long pid) {
    try {
      new ProcessBuilder(List.of("kill", "-s", signal, Long.toString(pid))).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isTrue(String query) {
    return sql().value(query).equals("t");
  }

  private Sql sql() {
    return new Sql(server.jdbcUrl("postgres"));
  }
}
