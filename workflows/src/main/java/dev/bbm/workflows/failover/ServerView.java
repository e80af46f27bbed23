package dev.bbm.workflows.failover;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one server says, read in the transaction that then writes, under the exclusive keys of the
 * schemas: so a rule decides on the truth.
 *
 * @param timeline the server's own; 0 in recovery
 * @param journal what the journal here says of this failover; null when it has no row
 */
public record ServerView(
    boolean inRecovery, int timeline, @Nullable Journal journal, List<SchemaEntry> schemas) {

  public ServerView {
    schemas = List.copyOf(schemas);
  }

  /** The journal's row of this failover; a null decision is none yet. */
  public record Journal(@Nullable Decision decision, boolean rolledBack) {}

  @Nullable Decision decision() {
    return journal == null ? null : journal.decision();
  }

  boolean rolledBack() {
    return journal != null && journal.rolledBack();
  }

  Optional<SchemaEntry> find(String gitlabSchema) {
    return schemas.stream().filter(it -> it.gitlabSchema().equals(gitlabSchema)).findFirst();
  }

  /** The rows of the schemas that move. */
  Stream<SchemaEntry> moved(FailoverScope scope) {
    return schemas.stream().filter(row -> scope.moves(row.gitlabSchema()));
  }

  boolean any(FailoverScope scope, Predicate<SchemaEntry> condition) {
    return moved(scope).anyMatch(condition);
  }

  /** Whether every schema that moves has a row, and each meets the condition. */
  boolean all(FailoverScope scope, Predicate<SchemaEntry> condition) {
    return scope.movedSchemas().stream()
        .allMatch(schema -> find(schema).filter(condition).isPresent());
  }
}
