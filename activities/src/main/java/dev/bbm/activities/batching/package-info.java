/** Names, keys and ranges of keys as they stand in SQL text. */
@NullMarked
package dev.bbm.activities.batching;

import org.jspecify.annotations.NullMarked;
