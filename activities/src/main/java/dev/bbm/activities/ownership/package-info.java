/** Which gitlab_schemas a database owns now, as its ownership rows say. */
@NullMarked
package dev.bbm.activities.ownership;

import org.jspecify.annotations.NullMarked;
