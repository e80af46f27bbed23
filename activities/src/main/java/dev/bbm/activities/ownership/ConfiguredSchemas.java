package dev.bbm.activities.ownership;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * The gitlab_schemas by where the configuration puts them, as one place sees it.
 *
 * @param here of all names that lead to this place
 * @param elsewhere of all names that lead to others
 */
public record ConfiguredSchemas(List<String> here, List<String> elsewhere) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public ConfiguredSchemas {
    here = List.copyOf(here);
    elsewhere = List.copyOf(elsewhere);
  }

  /** As the functions of schema bbm take it. */
  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
