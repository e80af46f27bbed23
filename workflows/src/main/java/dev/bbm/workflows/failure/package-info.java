/** What can go wrong, whether it is retried, and which exit code it becomes. */
@NullMarked
package dev.bbm.workflows.failure;

import org.jspecify.annotations.NullMarked;
