package dev.bbm.starter.failover;

import static java.util.function.Predicate.not;

import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.starter.config.Settings;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.ownership.TaskQueues;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Finds what a failover to a database moves, from where and onto which server; refuses what cannot
 * be. Changes nothing.
 */
public final class ScopeSearch {

  private final Settings settings;
  private final DatabaseSettings target;

  /** Throws INVALID_OPTION for a database that is not configured. */
  public ScopeSearch(Settings settings, String target) {
    this.settings = settings;
    this.target = settings.database(target);
  }

  /**
   * A scope with a new id.
   *
   * @param schemas those that move; empty for all that the configuration gives to the target alone
   */
  public FailoverScope find(List<String> schemas) {
    requireTwoServers();
    List<String> moved = schemas.isEmpty() ? ownSchemas() : named(schemas);
    if (moved.isEmpty()) {
      throw refused(
          "database \"%s\" has no gitlab_schema of its own, so nothing would move"
              .formatted(target.name()),
          "name those that move in databases.%s.gitlab_schemas".formatted(target.name()));
    }
    List<SeenServer> endpoints = SeenServer.ofAll(target);
    DatabaseSettings source = source(moved, endpoints);
    requireTimelines(source);
    return new FailoverScope(
        UUID.randomUUID().toString(),
        source.name(),
        target.name(),
        standby(endpoints).server().url(),
        moved);
  }

  private void requireTwoServers() {
    if (settings.databases().size() < 2) {
      throw refused(
          "only database \"%s\" is configured: a failover gives some of its gitlab_schemas to another one"
              .formatted(target.name()),
          "add that one to databases, with two endpoints: this primary and its standby");
    }
    if (target.endpoints().size() < 2) {
      throw refused(
          "database \"%s\" has one endpoint, so there is no standby to promote"
              .formatted(target.name()),
          "databases.%s.endpoints: [the primary's address, the standby's]"
              .formatted(target.name()));
    }
  }

  private List<String> ownSchemas() {
    return target.ownedSchemas().stream().filter(not(TaskQueues::isShared)).toList();
  }

  private List<String> named(List<String> schemas) {
    for (String schema : schemas) {
      if (TaskQueues.isShared(schema)) {
        throw ApplicationException.of(
            ErrorCode.INVALID_OPTION,
            "%s lives in every place and is not moved".formatted(schema),
            "leave it out: its migrations go on in both places");
      }
      if (!ownSchemas().contains(schema)) {
        throw ApplicationException.of(
            ErrorCode.INVALID_OPTION,
            "gitlab_schema \"%s\" is not configured for database \"%s\", whose workers would not run it"
                .formatted(schema, target.name()),
            "configured there: " + String.join(", ", ownSchemas()));
      }
    }
    return schemas.stream().distinct().sorted().toList();
  }

  /** The other database at whose place every moved schema is ACTIVE; one with tasks first. */
  private DatabaseSettings source(List<String> moved, List<SeenServer> endpoints) {
    List<SeenServer> others =
        settings.databases().stream()
            .filter(it -> !it.name().equals(target.name()))
            .sorted(Comparator.comparing(it -> !it.databaseTasks()))
            .flatMap(it -> SeenServer.ofAll(it).stream())
            .toList();
    requireNoneInTheMiddle(moved, Stream.concat(others.stream(), endpoints.stream()).toList());
    return others.stream()
        .filter(it -> moved.stream().allMatch(it::owns))
        .findFirst()
        .map(it -> settings.database(it.server().name()))
        .orElseThrow(() -> noSource(moved, others, endpoints));
  }

  private static void requireNoneInTheMiddle(List<String> moved, List<SeenServer> servers) {
    servers.stream()
        .filter(it -> it.isInTheMiddle(moved))
        .findFirst()
        .ifPresent(it -> {
          throw refused(
              "a failover is under way: %s is fenced at %s"
                  .formatted(String.join(", ", moved), it.server().url()),
              "./bbm failover resume");
        });
  }

  private ApplicationException noSource(
      List<String> moved, List<SeenServer> others, List<SeenServer> endpoints) {
    Optional<SeenServer> here =
        endpoints.stream().filter(it -> moved.stream().anyMatch(it::owns)).findFirst();
    if (here.isPresent()) {
      return refused(
          "database \"%s\" has a place of its own already: %s is ACTIVE at %s"
              .formatted(
                  target.name(),
                  String.join(", ", moved.stream().filter(here.get()::owns).toList()),
                  here.get().server().url()),
          "./bbm db ownership");
    }
    return Stream.concat(others.stream(), endpoints.stream())
        .flatMap(it -> Stream.ofNullable(it.silence()))
        .findFirst()
        .orElseGet(() ->
            refused(
                "no other database owns %s".formatted(String.join(" and ", moved)),
                "./bbm db ownership; move schemas of two databases one after the other"));
  }

  private void requireTimelines(DatabaseSettings source) {
    Stream.of(source, target)
        .filter(not(DatabaseSettings::timelineCheck))
        .findFirst()
        .ifPresent(it -> {
          throw refused(
              "databases.%s.timeline_check is false: a failover could not notice a promotion"
                  .formatted(it.name()),
              "a provider that hides the timeline needs a maintenance window instead: docs/failover.md");
        });
  }

  private SeenServer standby(List<SeenServer> endpoints) {
    List<SeenServer> standbys = endpoints.stream().filter(SeenServer::standby).toList();
    if (standbys.size() > 1) {
      throw refused(
          "%d endpoints of database \"%s\" are standbys: %s"
              .formatted(
                  standbys.size(),
                  target.name(),
                  String.join(", ", standbys.stream().map(it -> it.server().url()).toList())),
          "keep the one that is to be promoted in databases.%s.endpoints".formatted(target.name()));
    }
    return standbys.stream()
        .findFirst()
        .orElseThrow(() ->
            endpoints.stream()
                .flatMap(it -> Stream.ofNullable(it.silence()))
                .findFirst()
                .orElseGet(() ->
                    refused(
                        "no endpoint of database \"%s\" is a standby".formatted(target.name()),
                        "add the one that is to be promoted to databases.%s.endpoints"
                            .formatted(target.name()))));
  }

  private static ApplicationException refused(String sentence, String remedy) {
    return ApplicationException.of(ErrorCode.FAILOVER_REFUSED, sentence, remedy);
  }
}
