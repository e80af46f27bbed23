package dev.bbm.starter.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;

/** The list of commands in {@code --help}, by what they are for; one without a group comes last. */
final class CommandGroups implements IHelpSectionRenderer {

  private static final Map<String, List<String>> GROUPS = groups();

  private static Map<String, List<String>> groups() {
    var groups = new LinkedHashMap<String, List<String>>();
    groups.put("Start", List.of("demo", "init", "worker"));
    groups.put(
        "Run a migration",
        List.of("migrate", "queue", "wait", "pause", "resume", "retry", "adjust", "delete"));
    groups.put("End a migration", List.of("ensure-finished", "finalize", "ready"));
    groups.put("Look", List.of("list", "status", "jobs", "events"));
    groups.put("Many databases", List.of("db", "failover"));
    return groups;
  }

  @Override
  public String render(Help help) {
    var rest = new LinkedHashMap<>(help.subcommands());
    if (rest.isEmpty()) {
      return "";
    }
    int width = rest.keySet().stream().mapToInt(String::length).max().orElse(0);
    var text = new StringBuilder();
    GROUPS.forEach((group, names) ->
        append(
            text,
            group,
            names.stream()
                .filter(rest::containsKey)
                .collect(
                    Collectors.toMap(name -> name, rest::remove, (a, _) -> a, LinkedHashMap::new)),
            width));
    append(text, "Other", rest, width);
    return text.toString();
  }

  private static void append(
      StringBuilder text, String group, Map<String, Help> commands, int width) {
    if (commands.isEmpty()) {
      return;
    }
    text.append("\n%s:\n".formatted(group));
    commands.forEach((name, help) ->
        text.append(
            "  %s  %s\n"
                .formatted(
                    name + " ".repeat(width - name.length()),
                    help.commandSpec().usageMessage().description()[0])));
  }
}
