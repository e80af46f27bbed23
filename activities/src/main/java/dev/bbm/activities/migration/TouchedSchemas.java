package dev.bbm.activities.migration;

import dev.bbm.activities.job.JavaJobClass;
import dev.bbm.activities.ownership.OwnedSchema;
import dev.bbm.activities.ownership.Owners;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.Comparator;
import java.util.List;

/** All that a job in Java declares in {@code touches}, in the order of names. */
record TouchedSchemas(String jobClass, List<TouchedSchema> schemas) {

  TouchedSchemas {
    schemas = List.copyOf(schemas);
  }

  /** Throws OWNERSHIP_LOST, to be tried again, while this process knows no owner of one. */
  static TouchedSchemas of(JavaJobClass job, Owners owners) {
    String name = job.definition().name();
    return new TouchedSchemas(
        name,
        job.definition().touches().stream()
            .map(touch -> touched(job, name, touch.split(" ", -1), owners))
            .sorted(Comparator.comparing(TouchedSchema::gitlabSchema))
            .toList());
  }

  /** Its declaration is "schema read" or "schema write", as JobClassDefinition has checked. */
  private static TouchedSchema touched(
      JavaJobClass job, String name, String[] words, Owners owners) {
    OwnedSchema owner =
        owners
            .find(words[0])
            .orElseThrow(() ->
                ApplicationException.of(
                    ErrorCode.OWNERSHIP_LOST,
                    "job class %s touches %s, which no database of this worker owns now"
                        .formatted(name, words[0]),
                    "configure the database of %s for this worker".formatted(words[0])));
    job.register(owner.database().myBatis());
    return new TouchedSchema(words[0], words[1].equals("write"), owner);
  }

  /** Those that it writes to. */
  List<TouchedSchema> written() {
    return schemas.stream().filter(TouchedSchema::write).toList();
  }

  /** One that it declares, to read or to write; throws SCHEMA_NOT_ALLOWED. */
  TouchedSchema load(String gitlabSchema) {
    return schemas.stream()
        .filter(schema -> schema.gitlabSchema().equals(gitlabSchema))
        .findFirst()
        .orElseThrow(() ->
            ApplicationException.of(
                ErrorCode.SCHEMA_NOT_ALLOWED,
                "job class %s reads %s without declaring it".formatted(jobClass, gitlabSchema),
                "declare \"touches: %s read\"".formatted(gitlabSchema)));
  }
}
