package dev.bbm.starter.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML in which every scalar is text: a table named {@code on} or {@code 2024} stays what it is.
 */
final class PlainYaml {

  private PlainYaml() {}

  /** The document, or null when the file is empty; what cannot be read is a problem of its own. */
  static @Nullable Object read(Path file, Problems problems) {
    try {
      return yaml().load(Files.readString(file, StandardCharsets.UTF_8));
    } catch (MarkedYAMLException thrown) {
      problems.add(
          file.toString(),
          "line " + (thrown.getProblemMark().getLine() + 1),
          "is no YAML: " + thrown.getProblem());
    } catch (YAMLException thrown) {
      problems.add(file.toString(), String.valueOf(thrown.getMessage()), "is no YAML");
    } catch (IOException thrown) {
      problems.add(
          file.toString(),
          thrown.getClass().getSimpleName(),
          "came of reading it; make it readable");
    }
    return null;
  }

  private static Yaml yaml() {
    var loading = new LoaderOptions();
    loading.setAllowDuplicateKeys(false);
    var dumping = new DumperOptions();
    return new Yaml(
        new SafeConstructor(loading),
        new Representer(dumping),
        dumping,
        loading,
        new WithoutImplicitTypes());
  }

  private static final class WithoutImplicitTypes extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      // None: numbers, booleans and dates are told apart by who reads them.
    }
  }
}
