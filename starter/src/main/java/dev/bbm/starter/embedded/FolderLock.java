package dev.bbm.starter.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One process's right to a folder; the operating system takes it back when the process dies. */
final class FolderLock implements AutoCloseable {

  private static final String FILE = "lock";

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the folder, which is created if need be, or says who has it. */
  static FolderLock take(Path folder) {
    try {
      var file = PrivateFolder.create(folder).path().resolve(FILE);
      var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!lock(channel)) {
        var holder = Files.readString(file, UTF_8).strip();
        channel.close();
        throw ApplicationException.of(
            ErrorCode.FOLDER_IN_USE,
            "%s is in use by another bbm, process %s.".formatted(folder, holder),
            "Stop that one, or choose another folder.");
      }
      channel.truncate(0);
      channel.write(UTF_8.encode(Long.toString(ProcessHandle.current().pid())));
      return new FolderLock(channel);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + folder, e);
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false; // this very process has it
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unlock a folder", e);
    }
  }
}
