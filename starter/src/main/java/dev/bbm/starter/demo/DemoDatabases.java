package dev.bbm.starter.demo;

import dev.bbm.activities.topology.Database;
import java.util.List;

/** The two databases of the demonstration, opened and installed. */
public record DemoDatabases(Database main, Database ci) {

  public DemoDatabases {
    List.of(main, ci).forEach(database -> database.myBatis().addMapper(DemoMapper.class));
  }

  List<DemoDatabase> forRows(int rows) {
    return List.of(DemoDatabase.routes(main, rows), DemoDatabase.builds(ci, rows));
  }
}
