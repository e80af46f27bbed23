package dev.bbm.starter.command;

import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.starter.config.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.representer.Representer;

/**
 * The files that {@code init} writes for a start: bbm.yml and a dictionary; what exists is kept.
 */
record FirstFiles(Settings settings, List<Survey> surveys) {

  private static final String EVERYTHING = "gitlab_main";

  /** Says what was written; empty when there was nothing to write. */
  Optional<String> write() throws IOException {
    var written = new ArrayList<String>();
    if (!settings.embedded() && !Files.exists(settings.file())) {
      write(settings.file(), configuration());
      written.add(settings.shown(settings.file()));
    }
    if (!Files.exists(settings.dictionary())) {
      Map<String, String> dictionary = dictionary();
      write(settings.dictionary(), "# The gitlab_schema of each table.\n" + yaml(dictionary));
      written.add(
          "%s (%d → %s)"
              .formatted(settings.shown(settings.dictionary()), dictionary.size(), EVERYTHING));
    }
    return written.isEmpty()
        ? Optional.empty()
        : Optional.of("Wrote " + String.join(", ", written));
  }

  private Map<String, String> dictionary() {
    var dictionary = new TreeMap<String, String>();
    surveys.forEach(survey -> survey.tables().forEach(table -> dictionary.put(table, EVERYTHING)));
    return dictionary;
  }

  private String configuration() {
    var listed = new LinkedHashMap<String, Object>();
    settings.databases().forEach(database -> listed.put(database.name(), section(database)));
    return """
    # Environment variables win over this file: BBM_MAIN_URL, BBM_MAIN_USER, BBM_MAIN_PASSWORD, …
    # Passwords are not written here: give them by environment, password_file or ~/.pgpass.
    """
        + yaml(Map.of("databases", listed));
  }

  private Map<String, Object> section(DatabaseSettings database) {
    var section = new LinkedHashMap<String, Object>();
    section.put("url", database.url().substring("jdbc:".length()));
    if (!database.user().isEmpty()) {
      section.put("user", database.user());
    }
    if (database.migrationAddress() != null) {
      section.put("migration_url", database.migrationAddress().url().substring("jdbc:".length()));
    }
    if (!settings.hasConnectionFiles()) {
      section.put("gitlab_schemas", database.gitlabSchemas());
    }
    return section;
  }

  private static String yaml(Map<String, ?> content) {
    var options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setWidth(Integer.MAX_VALUE);
    return new Yaml(new SafeConstructor(new LoaderOptions()), new Representer(options), options)
        .dump(content);
  }

  private static void write(Path file, String text) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
