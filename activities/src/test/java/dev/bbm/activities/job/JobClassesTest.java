package dev.bbm.activities.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry over a folder of SQL files and a class loader. */
final class JobClassesTest {

  private static final ClassLoader CLASS_PATH = JobClassesTest.class.getClassLoader();

  /** Sees no service file of the tests. */
  private static final ClassLoader NO_JOBS = ClassLoader.getPlatformClassLoader();

  @TempDir Path folder;

  @BeforeEach
  void writeTwoJobs() throws IOException {
    write("b.sql", "-- job_class: Beta\nDELETE FROM b WHERE ${subBatch}");
    write("deep/er/a.sql", "-- job_class: Alpha\nDELETE FROM a WHERE ${subBatch}");
    write("notes.txt", "no job class");
  }

  @Test
  void findsSqlFilesAndJavaClassesSortedByName() {
    JobClasses jobs = JobClasses.load(folder, CLASS_PATH);

    assertThat(jobs.definitions())
        .extracting(JobClassDefinition::name)
        .containsExactly("Alpha", "Beta", "IncrementCounters");
    assertThat(jobs.all()).hasSize(3);
    assertThat(jobs.find("IncrementCounters"))
        .get()
        .isInstanceOfSatisfying(
            JavaJobClass.class, job -> assertThat(job.job()).isInstanceOf(IncrementCounters.class));
  }

  @Test
  void doesNotMindRubysNamespace() {
    JobClasses jobs = JobClasses.load(folder, NO_JOBS);

    assertThat(jobs.find("Alpha")).isPresent();
    assertThat(jobs.find("::Alpha")).isEqualTo(jobs.find("Alpha"));
    assertThat(jobs.find("Gitlab::BackgroundMigration::Alpha")).isEqualTo(jobs.find("Alpha"));
    assertThat(jobs.find("::Gitlab::BackgroundMigration::Alpha")).isEqualTo(jobs.find("Alpha"));
    assertThat(jobs.find("alpha")).isEmpty();
  }

  @Test
  void hasNoSqlJobsWithoutTheFolder() {
    assertThat(JobClasses.load(folder.resolve("absent"), NO_JOBS).all()).isEmpty();
  }

  @Test
  void listsEveryProblemOfTheFolderAtOnce() throws IOException {
    write("c.sql", "DELETE FROM c WHERE ${subBatch}");
    write("d.sql", "-- job_class: Delta\nDELETE FROM d");
    write("e.sql", "-- job_class: ::Beta\nDELETE FROM e WHERE ${subBatch}");

    assertThatThrownBy(() -> JobClasses.load(folder, NO_JOBS))
        .hasMessage(
            String.join(
                System.lineSeparator(),
                at("c.sql")
                    + ": the header \"job_class\" is missing; begin the file with a line like --"
                    + " job_class: BackfillRouteNamespaceId",
                at("d.sql")
                    + ": the statement has no ${subBatch}; put it where the range of keys belongs,"
                    + " as in WHERE ${subBatch}",
                at("e.sql")
                    + ": the job class \"Beta\" is in "
                    + at("b.sql")
                    + " too; rename or delete one"));
  }

  @Test
  void refusesASqlFileWithTheNameOfAJavaClass() throws IOException {
    write("i.sql", "-- job_class: IncrementCounters\nDELETE FROM i WHERE ${subBatch}");

    assertThatThrownBy(() -> JobClasses.load(folder, CLASS_PATH))
        .hasMessage(
            "dev.bbm.activities.job.IncrementCounters: the job class \"IncrementCounters\" is in "
                + at("i.sql")
                + " too; rename or delete one");
  }

  @Test
  void findsJavaClassesInAFolderOfJars() throws IOException {
    Path jars = Files.createDirectories(folder.resolve("jars"));
    jarOfIncrementCounters(jars.resolve("jobs.jar"));

    try (var loader = JobClasses.jarsIn(jars, new WithoutTheServiceFile())) {
      assertThat(JobClasses.load(folder.resolve("absent"), loader).definitions())
          .extracting(JobClassDefinition::name)
          .containsExactly("IncrementCounters");
    }
  }

  @Test
  void saysWhichServiceIsBroken() throws IOException {
    Path jars = Files.createDirectories(folder.resolve("jars"));
    try (var jar = new JarOutputStream(Files.newOutputStream(jars.resolve("broken.jar")))) {
      addServiceFile(jar, "org.example.Absent");
    }

    try (var loader = JobClasses.jarsIn(jars, new WithoutTheServiceFile())) {
      assertThatThrownBy(() -> JobClasses.load(folder, loader))
          .hasMessage(
              "dev.bbm.activities.job.BatchedMigrationJob: Provider org.example.Absent not found");
    }
  }

  private static void jarOfIncrementCounters(Path file) throws IOException {
    try (var jar = new JarOutputStream(Files.newOutputStream(file))) {
      addServiceFile(jar, "dev.bbm.activities.job.IncrementCounters");
    }
  }

  private static void addServiceFile(JarOutputStream jar, String provider) throws IOException {
    jar.putNextEntry(new JarEntry("META-INF/services/dev.bbm.activities.job.BatchedMigrationJob"));
    jar.write(provider.getBytes(StandardCharsets.UTF_8));
    jar.closeEntry();
  }

  private String at(String file) {
    return folder.resolve(file).toString();
  }

  private void write(String file, String content) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  /** The class path of the tests, less its own service files. */
  private static final class WithoutTheServiceFile extends ClassLoader {

    WithoutTheServiceFile() {
      super(CLASS_PATH);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.startsWith("META-INF/services/")
          ? Collections.emptyEnumeration()
          : super.getResources(name);
    }
  }
}
