package dev.bbm.activities.job;

/** A registered job class. */
public sealed interface JobClass permits SqlJobClass, JavaJobClass {

  /** What it declares of itself. */
  JobClassDefinition definition();
}
