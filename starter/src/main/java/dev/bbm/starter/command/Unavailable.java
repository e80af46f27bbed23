package dev.bbm.starter.command;

import java.util.List;

/** A database that said nothing, as machines read it. */
record Unavailable(String database, String error) {

  static <T> List<Unavailable> of(List<Answer.Missing<T>> missing) {
    return missing.stream()
        .map(it -> new Unavailable(it.database(), String.valueOf(it.failure().getMessage())))
        .toList();
  }
}
