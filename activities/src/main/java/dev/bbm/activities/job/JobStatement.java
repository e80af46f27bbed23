package dev.bbm.activities.job;

import dev.bbm.activities.batching.QualifiedTable;
import dev.bbm.activities.batching.SqlPiece;
import dev.bbm.activities.batching.SubBatchRange;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.ibatis.mapping.BoundSql;
import org.apache.ibatis.mapping.ParameterMapping;
import org.apache.ibatis.mapping.SqlSource;
import org.apache.ibatis.reflection.MetaObject;
import org.apache.ibatis.scripting.xmltags.XMLLanguageDriver;
import org.apache.ibatis.session.Configuration;

/**
 * The statement of a SQL job class for one migration, as {@code bbm.change_sub_batch} runs it:
 * MyBatis's language driver fills in the names, and the values stay apart from the text.
 */
public final class JobStatement {

  /** A doubled one is PostgreSQL's own operator. */
  private static final Pattern QUESTION_MARKS = Pattern.compile("\\?\\??");

  private final Configuration configuration;
  private final SqlSource source;
  private final QualifiedTable table;
  private final JobArguments arguments;
  private final Map<String, Template> templates = new ConcurrentHashMap<>();

  public JobStatement(
      Configuration configuration, SqlJobClass job, QualifiedTable table, JobArguments arguments) {
    this.configuration = configuration;
    this.source =
        new XMLLanguageDriver().createSqlSource(configuration, job.statement(), Map.class);
    this.table = table;
    this.arguments = arguments;
  }

  /**
   * A statement for one sub-batch.
   *
   * @param text with {@code ($1)[n]} where the n-th value belongs
   * @param values as texts, which the statement casts
   */
  public record Bound(String text, List<String> values) {

    public Bound {
      values = List.copyOf(values);
    }
  }

  private record Template(String text, List<String> properties) {}

  /** The statement over the range. */
  public Bound over(SubBatchRange range) {
    Map<String, Object> parameters = arguments.parameters();
    parameters.put("table", table);
    parameters.put("subBatch", range);
    Template template =
        templates.computeIfAbsent(range.toString(), _ -> template(source.getBoundSql(parameters)));
    MetaObject filled = configuration.newMetaObject(parameters);
    return new Bound(
        template.text(),
        template.properties().stream().map(property -> text(filled.getValue(property))).toList());
  }

  /** MyBatis leaves a question mark for each value; those within strings and names are text. */
  private static Template template(BoundSql bound) {
    var numbers = new int[1];
    String text =
        SqlPiece.split(bound.getSql()).stream()
            .map(piece ->
                piece.kind() == SqlPiece.Kind.CODE ? numbered(piece.text(), numbers) : piece.text())
            .collect(Collectors.joining());
    return new Template(
        text, bound.getParameterMappings().stream().map(ParameterMapping::getProperty).toList());
  }

  private static String numbered(String code, int[] numbers) {
    return QUESTION_MARKS
        .matcher(code)
        .replaceAll(
            found -> found.group().length() == 2 ? "?" : "(\\$1)[%d]".formatted(++numbers[0]));
  }

  private static String text(Object value) {
    return value instanceof BigDecimal number ? number.toPlainString() : value.toString();
  }
}
