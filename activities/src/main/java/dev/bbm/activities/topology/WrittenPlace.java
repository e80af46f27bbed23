package dev.bbm.activities.topology;

import java.util.Arrays;
import java.util.List;

/**
 * What a database says of itself.
 *
 * @param place its random id, the same on every copy until the copy is adopted
 * @param names the configured names that led here, with commas between them
 * @param active whether it holds an ACTIVE row of its place
 */
public record WrittenPlace(String place, String names, boolean active) {

  /** Whether that name led here once. */
  public boolean knows(String name) {
    return namesKnown().contains(name);
  }

  /** The configured names that led here. */
  public List<String> namesKnown() {
    return Arrays.asList(names.split(","));
  }
}
