package dev.bbm.starter.embedded;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What has to be closed, in the reverse order of its opening; one failure does not keep the rest
 * open.
 */
final class Closing implements AutoCloseable {

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  synchronized <T extends AutoCloseable> T add(T opened) {
    open.push(opened);
    return opened;
  }

  @Override
  public synchronized void close() {
    var failure = new IllegalStateException("not everything could be ended in order");
    closeAfter(failure);
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }

  /** Closes everything; what goes wrong is added to the failure that made it necessary. */
  synchronized void closeAfter(Exception failure) {
    while (!open.isEmpty()) {
      close(open.pop(), failure);
    }
  }

  private static void close(AutoCloseable opened, Exception failure) {
    try {
      opened.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure.addSuppressed(e);
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }
}
