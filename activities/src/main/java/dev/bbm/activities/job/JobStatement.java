package dev.bbm.activities.job;

import dev.bbm.activities.batching.QualifiedTable;
import dev.bbm.activities.batching.SubBatchRange;
import java.util.Map;
import org.apache.ibatis.mapping.MappedStatement;
import org.apache.ibatis.mapping.SqlCommandType;
import org.apache.ibatis.mapping.SqlSource;
import org.apache.ibatis.scripting.xmltags.XMLLanguageDriver;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSession;

/**
 * A SQL job class as a statement of a database's MyBatis configuration.
 *
 * @param id MyBatis's id of it
 */
public record JobStatement(String id) {

  /**
   * Registers the job's statement, or finds it registered.
   *
   * @param prefix statements that travel before it in the same round trip, such as the gate's CALL;
   *     each ends with a semicolon. The session needs the plugin {@link LastUpdateCount}
   */
  public static JobStatement register(Configuration configuration, SqlJobClass job, String prefix) {
    String id = "dev.bbm.job." + job.definition().name();
    synchronized (configuration) {
      if (!configuration.hasStatement(id)) {
        configuration.addMappedStatement(
            new MappedStatement.Builder(
                    configuration,
                    id,
                    sqlSource(configuration, prefix + job.statement()),
                    SqlCommandType.UPDATE)
                .build());
      }
    }
    return new JobStatement(id);
  }

  /** The text as MyBatis's own language driver reads it. */
  public static SqlSource sqlSource(Configuration configuration, String text) {
    return new XMLLanguageDriver().createSqlSource(configuration, text, Map.class);
  }

  /** What the placeholders of the job's statement are filled from; the caller adds its own. */
  public static Map<String, Object> parameters(
      QualifiedTable table, SubBatchRange range, JobArguments arguments) {
    Map<String, Object> parameters = arguments.parameters();
    parameters.put("table", table);
    parameters.put("subBatch", range);
    return parameters;
  }

  /** Runs it; the rows that the job's own statement changed. */
  public int execute(SqlSession session, Map<String, Object> parameters) {
    return session.update(id, parameters);
  }
}
