package dev.bbm.starter.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The arguments of a job class, one by one or as one JSON array. */
final class JobArguments {

  @Option(
      names = "--argument",
      paramLabel = "VALUE",
      description = "One argument of the job class; repeat it in their order.")
  private @Nullable List<String> single;

  @Option(
      names = "--arguments",
      paramLabel = "JSON",
      description = "All of them as a JSON array: '[\"name\", 5]'.")
  private @Nullable String array;

  /**
   * The JSON array; single values take the form that their declared type wants, if they can.
   *
   * @param declared the types in order as a JSON array; empty for an unknown job class
   */
  String asJson(Supplier<Optional<String>> declared) {
    if (array != null) {
      return given(array);
    }
    var types = declared.get().flatMap(Json::read).orElse(JsonNodeFactory.instance.arrayNode());
    var values = JsonNodeFactory.instance.arrayNode();
    for (String value : single == null ? List.<String>of() : single) {
      values.add(value(value, types.path(values.size()).asText("text")));
    }
    return values.toString();
  }

  private static String given(String array) {
    return Json.read(array)
        .filter(JsonNode::isArray)
        .map(JsonNode::toString)
        .orElseThrow(() ->
            ApplicationException.of(
                ErrorCode.INVALID_JOB_ARGUMENTS,
                "--arguments must be a JSON array, not " + array,
                "write it as '[\"first\", 2]', or give each by --argument"));
  }

  /** A value that is not of its type stays text: bbm then refuses it with the argument's name. */
  private static JsonNode value(String value, String type) {
    JsonNode text = JsonNodeFactory.instance.textNode(value);
    return switch (type) {
      case "integer", "numeric" -> Json.read(value).filter(JsonNode::isNumber).orElse(text);
      case "boolean" -> Json.read(value).filter(JsonNode::isBoolean).orElse(text);
      case "text", "identifier" -> text;
      default -> Json.read(value).orElse(text);
    };
  }
}
