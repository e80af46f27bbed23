package dev.bbm.starter.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.bbm.activities.job.JobClasses;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.InstallMapper;
import dev.bbm.workflows.ownership.TaskQueues;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What schema bbm must know of this configuration: names, ownership, the dictionary and the job
 * classes.
 *
 * @param dictionaryShown its file or folder as people know it
 * @param jobClasses as loaded, for a worker to run
 */
public record Registration(Dictionary dictionary, String dictionaryShown, JobClasses jobClasses) {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .build();

  /**
   * Reads the files, all before anything is written; throws INVALID_CONFIGURATION or
   * INVALID_JOB_CLASS.
   */
  public static Registration read(Settings settings) {
    var parent = Registration.class.getClassLoader();
    var loader = settings.jars() == null ? parent : JobClasses.jarsIn(settings.jars(), parent);
    return new Registration(
        Dictionary.read(settings.dictionary()),
        settings.shown(settings.dictionary()),
        JobClasses.load(settings.jobClasses(), loader));
  }

  /** Every gitlab_schema that a database is configured for or that has a table. */
  public SortedSet<String> gitlabSchemas(Settings settings) {
    var schemas = new TreeSet<>(dictionary.gitlabSchemas());
    settings.databases().forEach(database -> schemas.addAll(database.gitlabSchemas()));
    schemas.addAll(List.of(TaskQueues.SHARED, DatabaseSettings.INTERNAL));
    return schemas;
  }

  /** Writes all of it in one transaction; what is there already stays as it is. */
  public void writeTo(Database database) {
    DatabaseSettings settings = database.settings();
    database
        .transactions()
        .inTransaction(session -> {
          var install = session.getMapper(InstallMapper.class);
          install.installOwnership(
              settings.name(),
              settings.databaseTasks(),
              json(settings.ownedSchemas()),
              settings.timelineCheck());
          install.writeDictionarySource(dictionaryShown, dictionary.isFolder());
          install.writeGitlabSchemas(json(knownSchemas(settings)));
          install.writeDictionary(json(dictionary.existingSchemas()), false);
          install.writeDictionary(json(dictionary.deletedSchemas()), true);
          return install.writeJobClasses(json(jobClasses.definitions()));
        });
  }

  /** Those of the dictionary, and those that the configuration places here. */
  private SortedSet<String> knownSchemas(DatabaseSettings settings) {
    var known = new TreeSet<>(dictionary.gitlabSchemas());
    known.addAll(settings.gitlabSchemas());
    known.addAll(settings.lockGitlabSchemas());
    return known;
  }

  /** Writes the job classes alone, as a worker does at its start; how many were new or changed. */
  public int writeJobClassesTo(Database database) {
    return database
        .transactions()
        .inTransaction(session ->
            session.getMapper(InstallMapper.class).writeJobClasses(json(jobClasses.definitions())));
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException thrown) {
      throw new IllegalStateException("cannot be written as JSON: " + value, thrown);
    }
  }
}
