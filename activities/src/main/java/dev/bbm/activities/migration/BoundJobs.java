package dev.bbm.activities.migration;

import dev.bbm.activities.batching.QualifiedTable;
import dev.bbm.activities.batching.SqlIdentifier;
import dev.bbm.activities.job.JavaJobClass;
import dev.bbm.activities.job.JobArguments;
import dev.bbm.activities.job.JobClass;
import dev.bbm.activities.job.JobClasses;
import dev.bbm.activities.job.JobStatement;
import dev.bbm.activities.job.SqlJobClass;
import dev.bbm.activities.ownership.Owners;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.migration.SliceRequest;
import java.util.Optional;

/** Binds the job classes that a worker has loaded to the migrations that name them. */
public final class BoundJobs {

  private final JobClasses classes;
  private final Owners owners;

  /** For jobs that touch no other gitlab_schema. */
  public BoundJobs(JobClasses classes) {
    this(classes, Owners.NONE);
  }

  private BoundJobs(JobClasses classes, Owners owners) {
    this.classes = classes;
    this.owners = owners;
  }

  /** The same classes, for a process that is connected to these owners. */
  public BoundJobs withOwners(Owners known) {
    return new BoundJobs(classes, known);
  }

  /**
   * The job of a migration; empty when this worker knows no job class of its name, or knows another
   * version of it: the arguments may not fit that one, and the claim says so anyway.
   */
  Optional<BoundJob> find(Database database, SliceRequest request) {
    SliceTarget target =
        database
            .transactions()
            .reading(session -> session.getMapper(MigrationMapper.class).findTarget(request.uid()))
            .orElseThrow(() ->
                ApplicationException.of(
                    ErrorCode.MIGRATION_NOT_FOUND,
                    "migration %s was deleted".formatted(request.uid())));
    return classes.find(target.jobClassName()).map(job -> bind(database, target, job));
  }

  private BoundJob bind(Database database, SliceTarget target, JobClass job) {
    var table =
        new QualifiedTable(
            new SqlIdentifier(target.tableSchema()), new SqlIdentifier(target.tableName()));
    SliceKey key = SliceKey.of(target);
    String hash = job.definition().hash();
    JobArguments arguments = JobArguments.parse(job.definition(), target.jobArguments());
    return switch (job) {
      case SqlJobClass sql ->
          new BoundJob.Sql(key, hash, new JobStatement(database.myBatis(), sql, table, arguments));
      case JavaJobClass java -> {
        java.register(database.myBatis());
        yield new BoundJob.Java(key, hash, java, table, arguments, TouchedSchemas.of(java, owners));
      }
    };
  }
}
