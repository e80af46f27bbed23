package dev.bbm.workflows;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/** What ArchUnit does not see, since it happens inside a method: locks and arithmetic. */
final class Bytecode {

  static final ArchCondition<JavaClass> LOCK =
      condition("lock", element -> element instanceof MonitorInstruction);

  static final ArchCondition<JavaClass> USE_FLOATING_POINT =
      condition("use floating point", Bytecode::isFloating);

  private Bytecode() {}

  private static ArchCondition<JavaClass> condition(String name, Predicate<CodeElement> matching) {
    return new ArchCondition<>(name) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (MethodModel method : methodsOf(type)) {
          boolean matches =
              method.code().stream().flatMap(code -> code.elementStream()).anyMatch(matching);
          events.add(new SimpleConditionEvent(type, matches, describe(type, method)));
        }
      }
    };
  }

  private static Iterable<MethodModel> methodsOf(JavaClass type) {
    try {
      Path file = Path.of(type.getSource().orElseThrow().getUri());
      return ClassFile.of().parse(Files.readAllBytes(file)).methods();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static String describe(JavaClass type, MethodModel method) {
    return "%s.%s".formatted(type.getName(), method.methodName().stringValue());
  }

  private static boolean isFloating(CodeElement element) {
    return switch (element) {
      case LoadInstruction load -> isFloating(load.typeKind());
      case StoreInstruction store -> isFloating(store.typeKind());
      case OperatorInstruction operator -> isFloating(operator.typeKind());
      case ReturnInstruction end -> isFloating(end.typeKind());
      case ConstantInstruction constant -> isFloating(constant.typeKind());
      case ConvertInstruction conversion ->
          isFloating(conversion.fromType()) || isFloating(conversion.toType());
      case FieldInstruction field -> isFloating(field.typeSymbol());
      case InvokeInstruction call -> isFloating(call.typeSymbol());
      default -> false;
    };
  }

  private static boolean isFloating(MethodTypeDesc type) {
    return isFloating(type.returnType())
        || type.parameterList().stream().anyMatch(Bytecode::isFloating);
  }

  private static boolean isFloating(ClassDesc type) {
    return type.equals(CD_double) || type.equals(CD_float);
  }

  private static boolean isFloating(TypeKind kind) {
    return kind == TypeKind.DOUBLE || kind == TypeKind.FLOAT;
  }
}
