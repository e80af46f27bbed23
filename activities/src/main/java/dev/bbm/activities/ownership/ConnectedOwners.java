package dev.bbm.activities.ownership;

import dev.bbm.activities.topology.Database;
import java.util.List;
import java.util.Optional;

/** Owners by the rows of the databases themselves, read anew each time. */
public record ConnectedOwners(List<Database> databases) implements Owners {

  public ConnectedOwners {
    databases = List.copyOf(databases);
  }

  @Override
  public Optional<OwnedSchema> find(String gitlabSchema) {
    return databases.stream()
        .flatMap(database -> ownedBy(database, gitlabSchema).stream())
        .findFirst();
  }

  private static Optional<OwnedSchema> ownedBy(Database database, String gitlabSchema) {
    return database
        .transactions()
        .reading(session -> session.getMapper(OwnershipMapper.class).listOwnership())
        .stream()
        .filter(row -> row.gitlabSchema().equals(gitlabSchema))
        .filter(row -> row.isOwnedBy(database.name()))
        .map(row -> new OwnedSchema(database, row.token(database.name())))
        .findFirst();
  }
}
