package dev.bbm.starter.demo;

/** One of the demonstration's tables: how it is made, filled, queued and checked. */
enum DemoTable {
  ROUTES(1),
  BUILDS(1),

  /** Its migration gets a wrong label. */
  PIPELINES(5),

  /** Of gitlab_shared: each place changes its own copy. */
  DELETED_RECORDS(10);

  private final int divisor;

  DemoTable(int divisor) {
    this.divisor = divisor;
  }

  /** Its share of the rows that the largest tables have. */
  int rows(int most) {
    return Math.max(1, most / divisor);
  }

  /** Whether main has the last word on its rows, or on its copy of them, once ci has moved. */
  boolean endsOnMain() {
    return this == ROUTES || this == DELETED_RECORDS;
  }

  /** Whether ci has the last word on its rows, or on its copy of them. */
  boolean endsOnCi() {
    return this != ROUTES;
  }

  void createAndFill(DemoPlace place, int most) {
    place.run(this::create);
    place.run(mapper -> fill(mapper, rows(most)));
  }

  private int create(DemoMapper mapper) {
    return switch (this) {
      case ROUTES -> mapper.createRoutes();
      case BUILDS -> mapper.createBuilds();
      case PIPELINES -> mapper.createPipelines();
      case DELETED_RECORDS -> mapper.createDeletedRecords();
    };
  }

  private int fill(DemoMapper mapper, int rows) {
    return switch (this) {
      case ROUTES -> mapper.fillRoutes(rows);
      case BUILDS -> mapper.fillBuilds(rows);
      case PIPELINES -> mapper.fillPipelines(rows);
      case DELETED_RECORDS -> mapper.fillDeletedRecords(rows);
    };
  }

  long queue(DemoPlace place) {
    return place.run(mapper ->
        switch (this) {
          case ROUTES -> mapper.queueRoutes();
          case BUILDS -> mapper.queueBuilds();
          case PIPELINES -> mapper.queuePipelines();
          case DELETED_RECORDS -> mapper.queueDeletedRecords();
        });
  }

  RowCheck check(DemoPlace place) {
    return place.run(mapper ->
        switch (this) {
          case ROUTES -> mapper.checkRoutes();
          case BUILDS -> mapper.checkBuilds();
          case PIPELINES -> mapper.checkPipelines();
          case DELETED_RECORDS -> mapper.checkDeletedRecords();
        });
  }
}
