package dev.bbm.activities.job;

/**
 * A job class in a SQL file.
 *
 * @param statement the one statement as MyBatis reads it, with {@code ${subBatch}}, without a
 *     semicolon
 */
public record SqlJobClass(JobClassDefinition definition, String statement) implements JobClass {}
