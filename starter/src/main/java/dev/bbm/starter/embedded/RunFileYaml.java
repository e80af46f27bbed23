package dev.bbm.starter.embedded;

import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;

/** The text of an {@link EmbeddedRunFile}. */
final class RunFileYaml {

  private RunFileYaml() {}

  static String write(EmbeddedRunFile file) {
    var databases = new LinkedHashMap<String, Object>();
    file.databases().forEach((name, database) -> databases.put(name, map(database)));
    var root = new LinkedHashMap<String, Object>();
    root.put("pid", file.pid());
    root.put("started_at", file.startedAt().toString());
    root.put("databases", databases);
    root.put("temporal", map(file.temporal()));
    if (file.config() != null) {
      root.put("config", file.config().toString());
    }
    var options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    return new Yaml(new Representer(options), options).dump(root);
  }

  private static Map<String, String> map(EmbeddedRunFile.Database database) {
    var map = new LinkedHashMap<String, String>();
    map.put("jdbc_url", database.jdbcUrl());
    map.put("uri", database.uri().toString());
    return map;
  }

  private static Map<String, String> map(EmbeddedRunFile.Temporal temporal) {
    var map = new LinkedHashMap<String, String>();
    map.put("target", temporal.target());
    map.put("kind", temporal.kind().name());
    if (temporal.webUi() != null) {
      map.put("web_ui", temporal.webUi().toString());
    }
    return map;
  }

  /** Throws IllegalArgumentException when the text is not what {@link #write} makes. */
  static EmbeddedRunFile read(String text) {
    try {
      var root = new Node(new Yaml(new SafeConstructor(new LoaderOptions())).load(text));
      var databases = new LinkedHashMap<String, EmbeddedRunFile.Database>();
      var listed = root.child("databases");
      for (Object name : listed.map().keySet()) {
        databases.put(name.toString(), database(listed.child(name.toString())));
      }
      return new EmbeddedRunFile(
          Long.parseLong(root.text("pid")),
          Instant.parse(root.text("started_at")),
          databases,
          temporal(root.child("temporal")),
          root.map().containsKey("config") ? Path.of(root.text("config")) : null);
    } catch (YAMLException | DateTimeException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static EmbeddedRunFile.Database database(Node node) {
    return new EmbeddedRunFile.Database(node.text("jdbc_url"), URI.create(node.text("uri")));
  }

  private static EmbeddedRunFile.Temporal temporal(Node node) {
    return new EmbeddedRunFile.Temporal(
        node.text("target"),
        EmbeddedTemporal.Kind.valueOf(node.text("kind")),
        node.map().containsKey("web_ui") ? URI.create(node.text("web_ui")) : null);
  }

  /** One mapping of the file. */
  private record Node(Object value) {

    Map<?, ?> map() {
      if (value instanceof Map<?, ?> map) {
        return map;
      }
      throw new IllegalArgumentException("not a mapping: " + value);
    }

    Node child(String key) {
      return new Node(required(key));
    }

    String text(String key) {
      return required(key).toString();
    }

    private Object required(String key) {
      var found = map().get(key);
      if (found == null) {
        throw new IllegalArgumentException("no " + key);
      }
      return found;
    }
  }
}
