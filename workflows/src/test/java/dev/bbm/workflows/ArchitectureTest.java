package dev.bbm.workflows;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What workflow code may not do, because a replay would not see the same again. */
final class ArchitectureTest {

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
          .importPackages("dev.bbm.workflows");

  private static final ArchRule NO_OTHER_LAYER =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.sql..",
              "javax.sql..",
              "org.apache.ibatis..",
              "io.micronaut..",
              "picocli..",
              "dev.bbm.activities..",
              "dev.bbm.starter..")
          .because("workflows decide; activities do, and the starter speaks to people");

  private static final ArchRule NO_OUTSIDE_WORLD =
      noClasses()
          .should()
          .dependOnClassesThat(
              nameMatching(
                  """
                  java\\.time\\.(Clock|InstantSource)\
                  |java\\.lang\\.(Thread|ThreadLocal|InheritableThreadLocal|ProcessBuilder|Runtime)\
                  |java\\.util\\.(Random|SplittableRandom|Timer|random\\..*)\
                  |java\\.util\\.concurrent\\.(?!TimeUnit$).*\
                  |java\\.security\\.SecureRandom\
                  |java\\.io\\.(?!(Serializable|IOException|UncheckedIOException|ObjectStreamException)$).*\
                  |java\\.nio\\.(file|channels)\\..*\
                  |java\\.net\\..*\
                  |org\\.slf4j\\.LoggerFactory\
                  """))
          .because("time, threads, chance, files and the network differ at a replay");

  private static final ArchRule NO_ORDER_BY_HASH =
      noClasses()
          .should()
          .dependOnClassesThat(nameMatching("java\\.util\\.(HashMap|HashSet|IdentityHashMap)"))
          .because("their order may differ at a replay: use List, LinkedHashMap or a sorted type");

  private static final ArchRule NO_SALTED_ORDER =
      noClasses()
          .should()
          .callMethodWhere(
              target(owner(nameMatching("java\\.util\\.(Set|Map|stream\\.Collectors)")))
                  .and(
                      target(
                          nameMatching(
                              "of|ofEntries|copyOf|(to|toUnmodifiable)(Set|Map)|groupingBy"))))
          .because("their order differs from one JVM to the next");

  private static final ArchRule NO_AMBIENT_CALL =
      noClasses()
          .should()
          .callMethodWhere(
              target(
                      owner(
                          nameMatching(
                              """
                              java\\.lang\\.(System|Math|StrictMath)\
                              |java\\.util\\.(UUID|Collection|List|Set|Collections|stream\\..*Stream)\
                              |java\\.time\\.(Instant|(Local|Offset|Zoned)?(Date|Time|DateTime)|Year|YearMonth)\
                              """)))
                  .and(
                      target(
                          nameMatching(
                              """
                              currentTimeMillis|nanoTime|getenv|getProperty|randomUUID|random|now\
                              |parallel|parallelStream|shuffle\
                              """))))
          .because("clock, environment and chance differ at a replay: use Workflow's methods");

  private static final ArchRule NO_LOCKED_METHOD =
      noMethods()
          .should()
          .haveModifier(SYNCHRONIZED)
          .because("a workflow runs on one thread")
          .allowEmptyShould(true);

  private static final ArchRule NO_LOCKED_BLOCK =
      noClasses().should(Bytecode.LOCK).because("a workflow runs on one thread");

  private static final ArchRule NO_FLOATING_POINT =
      noClasses()
          .that()
          .haveNameMatching(".*WorkflowImpl(\\$.*)?")
          .should(Bytecode.USE_FLOATING_POINT)
          .because("a workflow decides by whole numbers; figures for people are made elsewhere");

  private static final ArchRule NO_STATIC_STATE =
      noFields()
          .that()
          .haveModifier(STATIC)
          .and()
          .doNotHaveModifier(SYNTHETIC)
          .should()
          .notHaveModifier(FINAL)
          .because("it would be shared between workflows")
          .allowEmptyShould(true);

  private static final ArchRule NO_CYCLES =
      slices().matching("dev.bbm.workflows.(*)..").should().beFreeOfCycles().allowEmptyShould(true);

  static Stream<ArchRule> rules() {
    return Stream.of(
        NO_OTHER_LAYER,
        NO_OUTSIDE_WORLD,
        NO_ORDER_BY_HASH,
        NO_SALTED_ORDER,
        NO_AMBIENT_CALL,
        NO_LOCKED_METHOD,
        NO_LOCKED_BLOCK,
        NO_FLOATING_POINT,
        NO_STATIC_STATE,
        NO_CYCLES);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void keeps(ArchRule rule) {
    rule.check(MAIN);
  }

  @Test
  void refusesWhatTheFixturesDo() {
    var fixtures =
        new ClassFileImporter().importClasses(ForbiddenFixtures.class.getDeclaredClasses());

    assertThat(violations(NO_OTHER_LAYER, fixtures)).contains("java.sql.Connection");
    assertThat(violations(NO_OUTSIDE_WORLD, fixtures))
        .contains("java.time.Clock", "java.lang.Thread", "java.util.Random", "java.io.File")
        .contains("java.util.concurrent.ConcurrentHashMap", "org.slf4j.LoggerFactory")
        .contains("java.util.random.RandomGenerator", "java.nio.file.Path", "java.net.URI")
        .doesNotContain("TimeUnit");
    assertThat(violations(NO_ORDER_BY_HASH, fixtures))
        .contains("java.util.HashMap", "java.util.HashSet")
        .doesNotContain("LinkedHashMap");
    assertThat(violations(NO_AMBIENT_CALL, fixtures))
        .contains("currentTimeMillis", "nanoTime", "getenv", "randomUUID", "Instant.now")
        .contains("parallelStream", "IntStream.parallel");
    assertThat(violations(NO_SALTED_ORDER, fixtures))
        .contains("Set.of", "Map.copyOf", "Collectors.toSet", "Collectors.groupingBy")
        .doesNotContain("List.of");
    assertThat(violations(NO_LOCKED_METHOD, fixtures)).contains("locked()");
    assertThat(violations(NO_LOCKED_BLOCK, fixtures))
        .contains("lockedBlock")
        .doesNotContain("locked(");
    assertThat(violations(NO_FLOATING_POINT, fixtures))
        .contains("adds", "converts", "calls", "hands", "constant")
        .doesNotContain("whole");
    assertThat(violations(NO_STATIC_STATE, fixtures)).contains("shared").doesNotContain("CONSTANT");
  }

  private static String violations(ArchRule rule, JavaClasses classes) {
    List<String> details = rule.evaluate(classes).getFailureReport().getDetails();
    return String.join("\n", details);
  }
}
