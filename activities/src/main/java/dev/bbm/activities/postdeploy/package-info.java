/**
 * The files of db/migrate and db/post_migrate: read, run once per database on Flyway, or skipped
 * where their gitlab_schema does not live.
 */
@NullMarked
package dev.bbm.activities.postdeploy;

import org.jspecify.annotations.NullMarked;
