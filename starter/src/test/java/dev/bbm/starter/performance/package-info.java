/** What decides how fast sub-batches follow each other. */
@NullMarked
package dev.bbm.starter.performance;

import org.jspecify.annotations.NullMarked;
