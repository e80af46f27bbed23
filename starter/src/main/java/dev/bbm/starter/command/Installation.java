package dev.bbm.starter.command;

import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.SchemaInstaller;
import dev.bbm.starter.config.Registration;
import dev.bbm.starter.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Brings schema bbm and what it knows up to date. */
record Installation(Settings settings, Registration registration) {

  private static final int SHOWN = 5;

  /** Installs into one database and says what was done. */
  String into(Survey survey) {
    String name = survey.database().name();
    int applied = SchemaInstaller.install(survey.database());
    registration.writeTo(survey.database());
    if (applied == 0) {
      return "%s: schema bbm is up to date".formatted(name);
    }
    return "%s: schema bbm %s".formatted(name, survey.installed() ? "upgraded" : "installed");
  }

  /** What a person should know, and can mend later. */
  List<String> remarks(List<Survey> surveys) {
    var remarks = new ArrayList<String>();
    int classes = registration.jobClasses().all().size();
    remarks.add(
        "%d job %s in %s"
            .formatted(
                classes,
                classes == 1 ? "class" : "classes",
                settings.shown(settings.jobClasses())));
    var unclassified = new TreeSet<String>();
    surveys.forEach(survey -> unclassified.addAll(survey.tables()));
    unclassified.removeIf(table -> registration.dictionary().find(table).isPresent());
    if (!unclassified.isEmpty()) {
      remarks.add(
          "Not in %s, so not to be migrated: %s"
              .formatted(settings.shown(settings.dictionary()), shortened(unclassified)));
    }
    var homeless = new TreeSet<>(registration.dictionary().gitlabSchemas());
    homeless.remove(DatabaseSettings.INTERNAL);
    settings.databases().stream().map(DatabaseSettings::gitlabSchemas).forEach(homeless::removeAll);
    if (!homeless.isEmpty()) {
      remarks.add("No configured database has gitlab_schema: " + String.join(", ", homeless));
    }
    return remarks;
  }

  private static String shortened(TreeSet<String> names) {
    String shown = String.join(", ", names.stream().limit(SHOWN).toList());
    return names.size() <= SHOWN ? shown : "%s and %d more".formatted(shown, names.size() - SHOWN);
  }
}
