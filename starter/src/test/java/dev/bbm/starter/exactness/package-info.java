/**
 * Every row exactly once: servers and workers as processes of their own, killed, stopped and raced.
 */
@NullMarked
package dev.bbm.starter.exactness;

import org.jspecify.annotations.NullMarked;
