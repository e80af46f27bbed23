package dev.bbm.activities.postdeploy;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A file of db/migrate or db/post_migrate, as it lies there.
 *
 * @param version the digits that its name begins with
 * @param script its name
 * @param postDeploy whether it waits for {@code --post-deploy}
 * @param checksum of its lines, whatever ends them
 */
record MigrationFile(
    String version,
    String description,
    String script,
    boolean postDeploy,
    String content,
    int checksum) {

  private static final Pattern NAME = Pattern.compile("(\\d{1,20})_(\\w+)\\.sql");

  /** Throws INVALID_MIGRATION for a wrong name or encoding. */
  static MigrationFile read(Path file, boolean postDeploy) {
    String script = file.getFileName().toString();
    Matcher name = NAME.matcher(script);
    if (!name.matches()) {
      throw invalid(
          folder(postDeploy) + "/" + script,
          "the name must be a version and a description, like 20261121101500_queue_backfill_orders.sql");
    }
    String content;
    try {
      content =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString();
    } catch (CharacterCodingException notUtf8) {
      throw invalid(folder(postDeploy) + "/" + script, "the file is not UTF-8; save it as UTF-8");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return of(name.group(1), name.group(2), script, postDeploy, content);
  }

  private static MigrationFile of(
      String version, String words, String script, boolean postDeploy, String content) {
    String sql = content.startsWith("\uFEFF") ? content.substring(1) : content;
    return new MigrationFile(
        version, words.replace('_', ' '), script, postDeploy, sql, checksum(sql));
  }

  private static int checksum(String sql) {
    var sum = new CRC32();
    sql.lines()
        .forEach(line -> {
          sum.update(line.getBytes(StandardCharsets.UTF_8));
          sum.update('\n');
        });
    return (int) sum.getValue();
  }

  static String folder(boolean postDeploy) {
    return postDeploy ? "post_migrate" : "migrate";
  }

  /** {@code post_migrate/20261121101500_queue_backfill_orders.sql}. */
  String shown() {
    return folder(postDeploy) + "/" + script;
  }

  /** Its header and statements; throws INVALID_MIGRATION. */
  MigrationScript parse() {
    try {
      return new MigrationScript(this, FileHeader.parse(content), StatementSplitter.split(content));
    } catch (IllegalArgumentException wrong) {
      throw invalid(shown(), String.valueOf(wrong.getMessage()));
    }
  }

  /** One sentence about one file. */
  static ApplicationException invalid(String file, String sentence) {
    return ApplicationException.of(ErrorCode.INVALID_MIGRATION, file + ": " + sentence);
  }
}
