package dev.bbm.activities.ownership;

import dev.bbm.activities.topology.Database;

/** A gitlab_schema's database, and what its gate wants to see. */
public record OwnedSchema(Database database, OwnershipToken token) {}
