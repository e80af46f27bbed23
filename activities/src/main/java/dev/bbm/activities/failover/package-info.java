/**
 * The steps of a failover on the two databases: what is read, what is compared, what is written.
 */
@NullMarked
package dev.bbm.activities.failover;

import org.jspecify.annotations.NullMarked;
