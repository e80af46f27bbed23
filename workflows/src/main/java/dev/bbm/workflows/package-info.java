/** Workflows, the activities' interfaces, messages and the pure rules of batched migrations. */
@NullMarked
package dev.bbm.workflows;

import org.jspecify.annotations.NullMarked;
