/** The tracking rows of migrations, and the control activities on them. */
@NullMarked
package dev.bbm.activities.migration;

import org.jspecify.annotations.NullMarked;
