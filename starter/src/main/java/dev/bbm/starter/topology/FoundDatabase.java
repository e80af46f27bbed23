package dev.bbm.starter.topology;

import dev.bbm.activities.topology.WrittenPlace;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A configured name and where it leads.
 *
 * @param sameAs the first configured name that leads to the same physical database: often itself
 * @param readOnly a standby, or a server that refuses writes
 * @param written what the database says of itself; null before {@code init}
 */
public record FoundDatabase(
    String name,
    boolean databaseTasks,
    String sameAs,
    boolean readOnly,
    @Nullable WrittenPlace written) {

  /** Whether both names lead to one physical database. */
  boolean sharesPlaceWith(FoundDatabase other) {
    return sameAs.equals(other.sameAs);
  }

  /** The gitlab_schemas that it says are ACTIVE in it and in no other place. */
  List<String> schemasOwned() {
    return written == null ? List.of() : written.schemasOwned();
  }

  /** The gitlab_schemas of which it says anything; installing changes the state of none of them. */
  List<String> schemasKnown() {
    return written == null ? List.of() : written.schemasKnown();
  }

  /** The place that it claims to be and takes writes for. */
  Optional<String> activePlace() {
    return Optional.ofNullable(written)
        .filter(it -> it.active() && !readOnly)
        .map(WrittenPlace::place);
  }
}
