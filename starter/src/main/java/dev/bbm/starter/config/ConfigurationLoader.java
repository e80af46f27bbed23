package dev.bbm.starter.config;

import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.starter.embedded.EmbeddedRunFile;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the configuration: option, environment, file, a running embedded instance, default. */
public final class ConfigurationLoader {

  private static final String FILE = "bbm.yml";
  private static final String MAIN = "main";
  private static final int MOST = 64;

  private final Surroundings surroundings;
  private final Variables variables;

  /** Reads nothing yet. */
  public ConfigurationLoader(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.variables = new Variables(surroundings);
  }

  /**
   * Loads it without an environment, or with that of BBM_ENV.
   *
   * @param option the file that the command line names
   */
  public Settings load(@Nullable Path option) {
    return load(option, null);
  }

  /**
   * Loads it; throws INVALID_CONFIGURATION with every problem.
   *
   * @param option the file that the command line names
   * @param environment the profile that the command line names
   */
  public Settings load(@Nullable Path option, @Nullable String environment) {
    var problems = new Problems();
    Path file = file(option);
    Path folder = Optional.ofNullable(file.getParent()).orElse(surroundings.folder());
    Mapping root = root(file, environment, problems);
    Optional<EmbeddedRunFile> embedded = EmbeddedRunFile.find(surroundings.folder());
    List<DatabaseSection> sections = sections(root, folder, problems);
    DictionaryFiles dictionary = dictionary(root, folder, problems);
    Mapping worker = root.child("worker");
    worker.allowOnly(Property.keysUnder("worker."));
    var options =
        new WorkerOptions(
            worker.number(Property.SLICES, WorkerOptions.DEFAULT.slices(), MOST),
            worker.number(Property.MAX_RUNNING, WorkerOptions.DEFAULT.maxRunning(), MOST),
            worker.httpAddress(Property.HTTP));
    FailoverSettings failover = new FailoverSection(root.child("failover"), problems).settings();
    Path jobClasses =
        folder.resolve(root.text(Property.JOB_CLASSES).orElse("db/background_migrations"));
    @Nullable Path jars = root.text(Property.JARS).map(folder::resolve).orElse(null);
    List<DatabaseSettings> databases =
        sections.isEmpty()
            ? embedded.map(running -> databasesOf(running, problems)).orElse(List.of())
            : databases(sections, dictionary, problems);
    problems.throwIfAny();
    if (databases.isEmpty()) {
      throw nothingConfigured();
    }
    return new Settings(
        databases,
        file,
        dictionary.tables(),
        jobClasses,
        jars,
        options,
        embedded.map(running -> running.temporal().target()).orElse(null),
        sections.isEmpty(),
        failover);
  }

  /**
   * Whether bbm.yml or the environment name a database; what is wrong with them, {@link #load}
   * says.
   */
  public boolean namesDatabases(@Nullable Path option, @Nullable String environment) {
    var problems = new Problems();
    Mapping root = root(file(option), environment, problems);
    return problems.count() > 0 || !sections(root, surroundings.folder(), problems).isEmpty();
  }

  private Mapping root(Path file, @Nullable String environment, Problems problems) {
    return new Environments(read(file, problems), problems).choose(environment(environment));
  }

  /** The environment that the command line names, else BBM_ENV; empty for none. */
  public Optional<String> environment(@Nullable String option) {
    return Optional.ofNullable(option).or(() -> surroundings.variable(Variables.ENVIRONMENT));
  }

  /** Whether embedded servers run in this folder. */
  public boolean findsEmbedded() {
    return EmbeddedRunFile.find(surroundings.folder()).isPresent();
  }

  private static ApplicationException nothingConfigured() {
    return ApplicationException.of(
        ErrorCode.INVALID_CONFIGURATION,
        "no database is configured: there is no bbm.yml here, no BBM_MAIN_URL, and no running ./bbm demo",
        "export BBM_MAIN_URL=postgresql://app@db/shop, then ./bbm init; or ./bbm demo; or ./bbm worker, which starts servers of its own");
  }

  private Path file(@Nullable Path option) {
    return surroundings
        .folder()
        .resolve(
            Optional.ofNullable(option)
                .or(() -> surroundings.variable(Variables.CONFIG).map(Path::of))
                .or(this::fileOfEmbedded)
                .orElse(Path.of(FILE)));
  }

  /** That of the servers that run in this folder, where it has none of its own. */
  private Optional<Path> fileOfEmbedded() {
    return Files.exists(surroundings.folder().resolve(FILE))
        ? Optional.empty()
        : EmbeddedRunFile.find(surroundings.folder()).map(EmbeddedRunFile::config);
  }

  private Mapping read(Path file, Problems problems) {
    boolean named = !file.equals(surroundings.folder().resolve(FILE));
    if (named && !Files.exists(file)) {
      problems.add("--config", file.toString(), "is no file; give the path of a bbm.yml");
    }
    var root =
        Mapping.root(
            file.toString(), Files.exists(file) ? PlainYaml.read(file, problems) : null, problems);
    root.allowOnly(Property.keysUnder(""));
    return root;
  }

  /** One section per database of the file and of the environment, main first. */
  private List<DatabaseSection> sections(Mapping root, Path folder, Problems problems) {
    var listed = root.child("databases").children();
    var names = new LinkedHashSet<String>();
    if (listed.containsKey(MAIN) || variables.databases().contains(MAIN)) {
      names.add(MAIN);
    }
    names.addAll(listed.keySet());
    names.addAll(variables.databases());
    var sections = new ArrayList<DatabaseSection>();
    for (String name : names) {
      Mapping mapping = listed.getOrDefault(name, root.child("databases").absent(name));
      mapping.allowOnly(Property.keysUnder("databases.<name>."));
      if (!name.matches("[a-z][a-z0-9_]{0,30}")) {
        problems.add(
            "databases", name, "is no name for a database; use lower-case letters, digits and _");
      }
      sections.add(new DatabaseSection(name, mapping, variables, folder, problems));
    }
    return sections;
  }

  private static List<DatabaseSettings> databases(
      List<DatabaseSection> sections, DictionaryFiles dictionary, Problems problems) {
    Set<String> known = new DictionaryReader(dictionary, problems).namedSchemas();
    sections.forEach(section -> section.allowOnlySchemas(known));
    var declared = new LinkedHashMap<String, Declaration>();
    Map<String, ConnectionFile> files = ConnectionFile.readAll(dictionary, problems);
    sections.forEach(
        it -> declared.put(it.name(), new Declaration(it.name(), it, files.get(it.name()))));
    files.forEach((name, file) -> declared.putIfAbsent(name, new Declaration(name, null, file)));
    var placement =
        SchemaPlacement.of(
            declared, () -> new DictionaryReader(dictionary, problems).read(), problems);
    return sections.stream()
        .filter(DatabaseSection::isConfigured)
        .map(section ->
            section.settings(
                placement.gitlabSchemas(section.name()),
                placement.lockGitlabSchemas(section.name()),
                placement.fallback(section.name())))
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * The named one; else {@code db/docs} where it holds tables, else {@code db/gitlab_schemas.yml}.
   */
  private static DictionaryFiles dictionary(Mapping root, Path folder, Problems problems) {
    Optional<Path> named = root.text(Property.DICTIONARY).map(folder::resolve);
    Path file = folder.resolve(DictionaryFiles.DEFAULT_FILE);
    Path docs = folder.resolve(DictionaryFiles.DEFAULT_FOLDER);
    if (named.isPresent()) {
      if (!Files.exists(named.get()) && !named.get().toString().matches(".*\\.ya?ml")) {
        problems.add(
            root.name(Property.DICTIONARY),
            named.get().toString(),
            "is neither a folder that is there nor the name of a .yml file; write db, for example");
      }
      return DictionaryFiles.of(named.get());
    }
    if (DictionaryFiles.yamlFiles(docs).isEmpty()) {
      return new DictionaryFiles(file);
    }
    if (Files.exists(file)) {
      problems.add(
          root.name(Property.DICTIONARY),
          "",
          "is not given, and %s and %s are both there; name one of them"
              .formatted(DictionaryFiles.DEFAULT_FOLDER, DictionaryFiles.DEFAULT_FILE));
    }
    return new DictionaryFiles(docs);
  }

  private List<DatabaseSettings> databasesOf(EmbeddedRunFile running, Problems problems) {
    return running.databases().entrySet().stream()
        .sorted(Map.Entry.comparingByKey((a, b) -> Boolean.compare(b.equals(MAIN), a.equals(MAIN))))
        .map(entry ->
            new DatabaseSection(
                    entry.getKey(),
                    new Mapping("", Map.of("url", entry.getValue().jdbcUrl()), problems),
                    new Variables(new Surroundings(Map.of(), surroundings.folder())),
                    surroundings.folder(),
                    problems)
                .settings(SchemaPlacement.byName(entry.getKey()), List.of(), null))
        .flatMap(Optional::stream)
        .toList();
  }
}
