/** Job classes: what changes the rows of a sub-batch, as SQL files and as Java classes. */
@NullMarked
package dev.bbm.activities.job;

import org.jspecify.annotations.NullMarked;
