package dev.bbm.activities;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.bbm.activities.batching.QualifiedTable;
import dev.bbm.activities.batching.SqlIdentifier;
import dev.bbm.activities.batching.SubBatchRange;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.junit.jupiter.api.Test;

/** Text enters SQL only as names and ranges that quote themselves; all else is bound. */
final class MapperRulesTest {

  private static final Set<Class<?>> TEXTS =
      Set.of(SqlIdentifier.class, QualifiedTable.class, SubBatchRange.class);
  private static final Pattern TEXT = Pattern.compile("\\$\\{([^}]*)}");

  private static final JavaClasses ALL =
      new ClassFileImporter().importPackages("dev.bbm.activities");

  @Test
  void everyTextInAMappersSqlIsANameOrARange() {
    assertThat(mapperMethods().flatMap(method -> wrongTexts(method).stream())).isEmpty();
  }

  @Test
  void noMapperHoldsAScript() {
    assertThat(mapperMethods())
        .noneSatisfy(method -> assertThat(sql(method)).containsIgnoringCase("<script>"));
  }

  @Test
  void seesTheMappers() {
    assertThat(mapperMethods().filter(method -> sql(method).contains("${"))).isNotEmpty();
  }

  @Test
  void noticesATextThatIsAString() throws NoSuchMethodException {
    Method wrong = Wrong.class.getDeclaredMethod("delete", String.class);

    assertThat(wrongTexts(wrong)).containsExactly("delete: ${name}");
  }

  interface Wrong {
    @Delete("DELETE FROM ${name}")
    int delete(@Param("name") String name);
  }

  private static Stream<Method> mapperMethods() {
    return ALL.stream()
        .filter(type -> type.isInterface() && !type.isEquivalentTo(Wrong.class))
        .map(JavaClass::reflect)
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> !sql(method).isEmpty());
  }

  private static List<String> wrongTexts(Method method) {
    var wrong = new ArrayList<String>();
    Matcher text = TEXT.matcher(sql(method));
    while (text.find()) {
      if (!isNameOrRange(method, text.group(1))) {
        wrong.add(method.getName() + ": " + text.group());
      }
    }
    return wrong;
  }

  private static boolean isNameOrRange(Method method, String name) {
    return Arrays.stream(method.getParameters())
        .anyMatch(parameter -> isNamed(parameter, name) && TEXTS.contains(parameter.getType()));
  }

  private static boolean isNamed(Parameter parameter, String name) {
    Param param = parameter.getAnnotation(Param.class);
    return param != null && param.value().equals(name);
  }

  private static String sql(Method method) {
    return Arrays.stream(method.getAnnotations())
        .map(MapperRulesTest::lines)
        .flatMap(Arrays::stream)
        .reduce("", (all, line) -> all + " " + line);
  }

  private static String[] lines(Annotation annotation) {
    return switch (annotation) {
      case Select select -> select.value();
      case Update update -> update.value();
      case Insert insert -> insert.value();
      case Delete delete -> delete.value();
      default -> new String[0];
    };
  }
}
