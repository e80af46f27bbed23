/** A batched background migration as a durable workflow: its messages, its states and its loop. */
@NullMarked
package dev.bbm.workflows.migration;

import org.jspecify.annotations.NullMarked;
