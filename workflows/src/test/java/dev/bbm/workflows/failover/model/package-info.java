/**
 * A model of two databases, their replication, workers and a failover's coordinator, which calls
 * the real rules; explored exhaustively. docs/testing.md says how to read it.
 */
@NullMarked
package dev.bbm.workflows.failover.model;

import org.jspecify.annotations.NullMarked;
