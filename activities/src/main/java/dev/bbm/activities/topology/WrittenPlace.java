package dev.bbm.activities.topology;

import java.util.Arrays;
import java.util.List;

/**
 * What a database says of itself.
 *
 * @param place its random id, the same on every copy until the copy is adopted
 * @param names the configured names that led here, with commas between them
 * @param active whether it holds an ACTIVE row of its place
 * @param owned the gitlab_schemas that are ACTIVE here and live in one place only, with commas
 * @param known all gitlab_schemas of which it holds a row, in whatever state, with commas
 */
public record WrittenPlace(String place, String names, boolean active, String owned, String known) {

  /** Whether that name led here once. */
  public boolean knows(String name) {
    return namesKnown().contains(name);
  }

  /** The configured names that led here. */
  public List<String> namesKnown() {
    return Arrays.asList(names.split(","));
  }

  /** The gitlab_schemas that are ACTIVE here and may be so in one place only. */
  public List<String> schemasOwned() {
    return owned.isEmpty() ? List.of() : Arrays.asList(owned.split(","));
  }

  /** The gitlab_schemas of which it says anything: ACTIVE, FENCED, READY or RETIRED. */
  public List<String> schemasKnown() {
    return Arrays.asList(known.split(","));
  }
}
