package dev.bbm.starter.worker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;

/** Files that come with the program and are needed as files. */
public final class BundledFiles {

  private BundledFiles() {}

  /** Copies resources that lie beside a class into a folder, over what is there. */
  public static void copy(Class<?> beside, List<String> names, Path folder) throws IOException {
    for (String name : names) {
      Path target = folder.resolve(name);
      Files.createDirectories(Objects.requireNonNull(target.getParent()));
      try (InputStream content = Objects.requireNonNull(beside.getResourceAsStream(name), name)) {
        Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
