package dev.bbm.activities.topology;

import dev.bbm.workflows.migration.MigrationStatus;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.apache.ibatis.type.BaseTypeHandler;
import org.apache.ibatis.type.JdbcType;
import org.jspecify.annotations.Nullable;

/** GitLab's smallint of a migration's status. */
final class MigrationStatusHandler extends BaseTypeHandler<MigrationStatus> {

  @Override
  public void setNonNullParameter(
      PreparedStatement statement, int index, MigrationStatus status, @Nullable JdbcType type)
      throws SQLException {
    statement.setInt(index, status.code());
  }

  @Override
  public @Nullable MigrationStatus getNullableResult(ResultSet rows, String column)
      throws SQLException {
    int code = rows.getInt(column);
    return rows.wasNull() ? null : MigrationStatus.of(code);
  }

  @Override
  public @Nullable MigrationStatus getNullableResult(ResultSet rows, int column)
      throws SQLException {
    int code = rows.getInt(column);
    return rows.wasNull() ? null : MigrationStatus.of(code);
  }

  @Override
  public @Nullable MigrationStatus getNullableResult(CallableStatement call, int column)
      throws SQLException {
    int code = call.getInt(column);
    return call.wasNull() ? null : MigrationStatus.of(code);
  }
}
