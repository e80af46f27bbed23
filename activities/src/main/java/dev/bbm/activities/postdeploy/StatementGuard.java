package dev.bbm.activities.postdeploy;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds each statement of a file, within its transaction, to what the header declares; see
 * docs/decisions for why PostgreSQL is asked and no parser.
 */
final class StatementGuard {

  private final PostDeployMapper mapper;
  private final MigrationScript script;
  private List<TouchedTable> touched;
  private long catalogChanges;

  /** Begins within the transaction, before its first statement. */
  StatementGuard(PostDeployMapper mapper, MigrationScript script) {
    this.mapper = mapper;
    this.script = script;
    this.touched = mapper.listTouchedTables();
    this.catalogChanges = mapper.countCatalogChanges();
  }

  /** Throws when the statement that just ran did more than the file may. */
  void check(Statement statement) {
    List<TouchedTable> now = mapper.listTouchedTables();
    long changesNow = mapper.countCatalogChanges();
    List<Touch> touches = Touch.between(touched, now);
    if (script.gitlabSchema() == null) {
      checkStructureFile(statement, touches, changesNow > catalogChanges);
    } else {
      checkDataFile(statement, touches, changesNow > catalogChanges);
    }
    touched = now;
    catalogChanges = changesNow;
  }

  private void checkDataFile(Statement statement, List<Touch> touches, boolean catalogsChanged) {
    boolean mayChangeCatalogs =
        switch (statement.kind()) {
          case TEMPORARY, REFRESH, NEUTRAL -> true;
          case DATA, STRUCTURE, STRUCTURE_FROM_DATA, CONTROL -> false;
        };
    if (catalogsChanged && !mayChangeCatalogs) {
      throw Refusals.structureInData(script, statement);
    }
    if (statement.kind() == StatementKind.NEUTRAL) {
      return;
    }
    Set<Long> written = written(touches);
    rowsOf(touches)
        .filter(touch -> !isAllowed(touch) && !touch.isForeignKeyCheckOf(written))
        .findFirst()
        .ifPresent(touch -> {
          throw Refusals.otherSchema(script, statement, touch.table(), touch.verb());
        });
  }

  private void checkStructureFile(
      Statement statement, List<Touch> touches, boolean catalogsChanged) {
    touches.stream()
        .filter(touch -> touch.table().isOfBbm() && touch.writes())
        .findFirst()
        .ifPresent(touch -> {
          throw Refusals.queueingInStructure(script, statement, touch.table());
        });
    rowsOf(touches)
        .filter(touch -> !isAllowed(touch) && isData(statement, touch, touches))
        .filter(touch -> !(catalogsChanged && isPartOfAChange(statement, touch, touches)))
        .findFirst()
        .ifPresent(touch -> {
          throw Refusals.dataInStructure(script, statement, touch.table(), touch.verb());
        });
  }

  /** Sequences count for no data here: an added serial column uses one. */
  private static boolean isData(Statement statement, Touch touch, List<Touch> touches) {
    return switch (statement.kind()) {
      case DATA, STRUCTURE_FROM_DATA, TEMPORARY, REFRESH ->
          touch.writes()
              || ((touch.reads() || touch.locksRows())
                  && !touch.isForeignKeyCheckOf(written(touches)));
      case STRUCTURE, CONTROL -> touch.writes();
      case NEUTRAL -> false;
    };
  }

  /**
   * A block of code that changes the structure reads tables too: it checks constraints and builds
   * indexes. Such a read is known by the strong lock on the table, or on one tied to it by a
   * foreign key, together with the catalogs that changed.
   */
  private static boolean isPartOfAChange(Statement statement, Touch touch, List<Touch> touches) {
    return statement.kind() == StatementKind.DATA
        && !touch.writes()
        && (touch.table().restructures()
            || touches.stream()
                .anyMatch(other -> other.table().restructures() && isPartner(touch, other)));
  }

  private static boolean isPartner(Touch touch, Touch other) {
    return touch.table().partnerRelations().contains(other.table().relation());
  }

  private static Set<Long> written(List<Touch> touches) {
    return touches.stream()
        .filter(Touch::writes)
        .map(touch -> touch.table().relation())
        .collect(Collectors.toSet());
  }

  /** Tables of the application of which rows were reached; bbm's own are gitlab_internal. */
  private static Stream<Touch> rowsOf(List<Touch> touches) {
    return touches.stream()
        .filter(touch -> !touch.table().isOfBbm())
        .filter(touch -> touch.reads() || touch.locksRows() || touch.writes() || touch.counts());
  }

  private boolean isAllowed(Touch touch) {
    TouchedTable table = touch.table();
    return table.everywhere()
        || (table.gitlabSchema() != null && table.gitlabSchema().equals(script.gitlabSchema()));
  }
}
