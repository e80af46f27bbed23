/**
 * The failover as a durable workflow: its steps, the pure rules by which each step acts, its
 * messages and its report.
 */
@NullMarked
package dev.bbm.workflows.failover;

import org.jspecify.annotations.NullMarked;
