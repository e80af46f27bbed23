package dev.bbm.activities;

import dev.bbm.activities.failover.FailoverCheckMapper;
import dev.bbm.activities.failover.FailoverMapper;
import dev.bbm.activities.failover.JournalMapper;
import dev.bbm.activities.failover.ReverseReplicationMapper;
import dev.bbm.activities.migration.FinalizerMapper;
import dev.bbm.activities.migration.MigrationMapper;
import dev.bbm.activities.migration.OperatorMapper;
import dev.bbm.activities.migration.SliceMapper;
import dev.bbm.activities.migration.SubBatchMapper;
import dev.bbm.activities.migration.TouchMapper;
import dev.bbm.activities.ownership.OwnershipMapper;
import dev.bbm.activities.ownership.TruncationMapper;
import dev.bbm.activities.ownership.WriteLockMapper;
import dev.bbm.activities.postdeploy.PostDeployMapper;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.InstallMapper;
import dev.bbm.activities.topology.PlaceMapper;
import java.util.List;
import org.apache.ibatis.plugin.Interceptor;

/** Opens a configured database with every mapper of this module. */
public final class OpenDatabase {

  private static final List<Class<?>> MAPPERS =
      List.of(
          FailoverCheckMapper.class,
          FailoverMapper.class,
          FinalizerMapper.class,
          InstallMapper.class,
          JournalMapper.class,
          MigrationMapper.class,
          OperatorMapper.class,
          OwnershipMapper.class,
          PlaceMapper.class,
          PostDeployMapper.class,
          ReverseReplicationMapper.class,
          SliceMapper.class,
          SubBatchMapper.class,
          TouchMapper.class,
          TruncationMapper.class,
          WriteLockMapper.class);

  private OpenDatabase() {}

  /** Opens no connection yet; {@code applicationName} is what pg_stat_activity shows. */
  public static Database of(
      DatabaseSettings settings, String applicationName, List<Interceptor> plugins) {
    return new Database(settings, applicationName, MAPPERS, plugins);
  }
}
