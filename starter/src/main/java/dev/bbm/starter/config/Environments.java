package dev.bbm.starter.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The section {@code environments} of bbm.yml: what is written under the chosen one wins over the
 * same property outside.
 */
record Environments(Mapping root, Problems problems) {

  private static final String OPTION = "--env";

  /** The root as it is in the named environment; a wrong name is a problem. */
  Mapping choose(Optional<String> wanted) {
    Mapping sections = root.child(Property.ENVIRONMENTS.key());
    Set<String> known = sections.children().keySet();
    if (wanted.isPresent() ? !known.contains(wanted.get()) : !known.isEmpty()) {
      problems.add(OPTION, wanted.orElse(""), remedy(known));
      return root;
    }
    return wanted.map(sections::child).map(this::over).orElse(root);
  }

  private static String remedy(Set<String> known) {
    return known.isEmpty()
        ? "is no environment: bbm.yml has none; leave --env and BBM_ENV out"
        : "is no environment of bbm.yml; give one of " + String.join(", ", known);
  }

  private Mapping over(Mapping section) {
    List<String> allowed =
        Property.keysUnder("").stream()
            .filter(key -> !key.equals(Property.ENVIRONMENTS.key()))
            .toList();
    section.allowOnly(allowed);
    return root.under(section);
  }
}
