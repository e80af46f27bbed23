/** One batch of a migration: a row in batched_background_migration_jobs. */
@NullMarked
package dev.bbm.workflows.job;

import org.jspecify.annotations.NullMarked;
