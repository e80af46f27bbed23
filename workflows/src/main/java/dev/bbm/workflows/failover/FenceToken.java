package dev.bbm.workflows.failover;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the fence wrote, which every later step compares with.
 *
 * @param timeline of the source when it was fenced; a changed one aborts
 * @param epochs of the moved schemas' rows, by schema
 */
public record FenceToken(int timeline, Map<String, Long> epochs) {

  public FenceToken {
    epochs = new TreeMap<>(epochs);
  }

  /** Of fenced rows, at least one; they are valid on one timeline. */
  public static FenceToken of(List<SchemaEntry> fenced) {
    var epochs = new TreeMap<String, Long>();
    fenced.forEach(row -> epochs.put(row.gitlabSchema(), row.epoch()));
    return new FenceToken(fenced.getFirst().timeline(), epochs);
  }

  boolean matches(SchemaEntry entry) {
    Long epoch = epochs.get(entry.gitlabSchema());
    return epoch != null && epoch == entry.epoch() && entry.timeline() == timeline;
  }
}
