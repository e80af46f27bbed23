package dev.bbm.activities.postdeploy;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a file says: its header and its statements. */
record MigrationScript(MigrationFile file, FileHeader header, List<Statement> statements) {

  /** The schema of the data that it changes; null for structure. */
  @Nullable String gitlabSchema() {
    return header.gitlabSchema();
  }

  /**
   * Throws when its text shows already that it cannot run.
   *
   * @param schemas every gitlab_schema that is configured or has a table
   * @param versions of all files
   */
  void check(Set<String> schemas, Set<String> versions) {
    String schema = gitlabSchema();
    if (schema != null && !schemas.contains(schema)) {
      throw ApplicationException.of(
          ErrorCode.UNKNOWN_GITLAB_SCHEMA,
          "%s: the gitlab_schema \"%s\" of the header \"%s\" is unknown; known are %s"
              .formatted(
                  file.shown(),
                  schema,
                  FileHeader.RESTRICT,
                  String.join(", ", schemas.stream().sorted().toList())),
          "correct the header, or add a table of that schema to the dictionary");
    }
    String superseding = header.supersededBy();
    if (superseding != null
        && (!versions.contains(superseding) || superseding.equals(file.version()))) {
      throw MigrationFile.invalid(
          file.shown(),
          "the header \"superseded_by\" names version \"%s\", of which there is no other file"
              .formatted(superseding));
    }
    if (superseding == null) {
      checkContent();
    }
  }

  private void checkContent() {
    if (!header.ensureFinished().isEmpty() && gitlabSchema() == null) {
      throw MigrationFile.invalid(
          file.shown(),
          "the header \"ensure_finished\" needs the header \"restrict_gitlab_migration\", which says where the batched migration runs");
    }
    if (statements.isEmpty() && header.ensureFinished().isEmpty()) {
      throw MigrationFile.invalid(
          file.shown(), "there is no statement; write one, or delete the file");
    }
    statements.forEach(this::check);
  }

  private void check(Statement statement) {
    if (statement.kind() == StatementKind.CONTROL) {
      throw wrong(
          statement,
          "begins or ends a transaction, which bbm does itself; leave it out%s"
              .formatted(header.disableDdlTransaction() ? "" : ", the file is one transaction"));
    }
    if (statement.readsFromStandardInput() || statement.text().startsWith("\\")) {
      throw wrong(statement, "is for psql; write it in SQL alone");
    }
    if (statement.runsOnlyOutsideTransactions() && !header.disableDdlTransaction()) {
      throw wrong(
          statement,
          "cannot run in a transaction; write \"-- disable_ddl_transaction: true\" at the top, and keep the file to what needs it");
    }
    boolean structure =
        switch (statement.kind()) {
          case STRUCTURE, STRUCTURE_FROM_DATA -> true;
          case DATA, TEMPORARY, REFRESH, NEUTRAL, CONTROL ->
              statement.runsOnlyOutsideTransactions();
        };
    if (structure && gitlabSchema() != null) {
      throw Refusals.structureInData(this, statement);
    }
  }

  private ApplicationException wrong(Statement statement, String sentence) {
    return MigrationFile.invalid(file.shown(), statement.shown() + " " + sentence);
  }
}
