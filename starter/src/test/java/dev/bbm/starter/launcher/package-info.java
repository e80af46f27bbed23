/** Tests of the script {@code bbm} in the root of the repository. */
@NullMarked
package dev.bbm.starter.launcher;

import org.jspecify.annotations.NullMarked;
