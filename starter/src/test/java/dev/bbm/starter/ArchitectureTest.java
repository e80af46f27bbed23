package dev.bbm.starter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the packages of the whole program may depend on each other. */
final class ArchitectureTest {

  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.bbm");

  @Test
  void readsAllThreeModules() {
    assertThat(List.of("workflows", "activities", "starter"))
        .allMatch(module -> PROGRAM.containPackage("dev.bbm." + module));
  }

  @Test
  void hasNoCyclesBetweenItsPackages() {
    slices().matching("dev.bbm.starter.(*)..").should().beFreeOfCycles().check(PROGRAM);
  }

  @Test
  void nothingDependsOnTheStarter() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.bbm.starter..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.bbm.starter..")
        .check(PROGRAM);
  }
}
