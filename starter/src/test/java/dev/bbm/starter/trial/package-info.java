/** One migration on servers of its own, for tests that need all of bbm in one JVM. */
@NullMarked
package dev.bbm.starter.trial;

import org.jspecify.annotations.NullMarked;
