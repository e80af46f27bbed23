/** Which database owns a gitlab_schema, and the task queues that are named for it. */
@NullMarked
package dev.bbm.workflows.ownership;

import org.jspecify.annotations.NullMarked;
