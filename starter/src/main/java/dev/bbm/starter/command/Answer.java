package dev.bbm.starter.command;

import dev.bbm.workflows.failure.ApplicationException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** What one of several databases said, or why it said nothing. */
sealed interface Answer<T> {

  String database();

  record Given<T>(String database, T value) implements Answer<T> {}

  record Missing<T>(String database, ApplicationException failure) implements Answer<T> {}

  /** The parts of all that answered, in their order. */
  static <E> List<E> given(Collection<Answer<List<E>>> answers) {
    return answers.stream()
        .flatMap(answer ->
            switch (answer) {
              case Given<List<E>> given -> given.value().stream();
              case Missing<List<E>> _ -> Stream.<E>empty();
            })
        .toList();
  }

  /** Those that did not answer. */
  static <T> List<Missing<T>> missing(Collection<Answer<T>> answers) {
    return answers.stream()
        .filter(Missing.class::isInstance)
        .map(answer -> (Missing<T>) answer)
        .toList();
  }
}
