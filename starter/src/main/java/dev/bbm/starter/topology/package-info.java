/** Whether the configured databases are what the configuration says of them. */
@NullMarked
package dev.bbm.starter.topology;

import org.jspecify.annotations.NullMarked;
