package dev.bbm.activities.ownership;

import java.util.Optional;

/** Who owns which gitlab_schema now, among the databases that this process is connected to. */
@FunctionalInterface
public interface Owners {

  /** Nobody: a process with one database of its own. */
  Owners NONE = _ -> Optional.empty();

  /** The owner of a gitlab_schema; empty when no connected database owns it. */
  Optional<OwnedSchema> find(String gitlabSchema);
}
