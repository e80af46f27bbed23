/**
 * Servers for tests of the failover: a primary with its standby, what a nemesis does to them, and
 * the checks of what has to hold meanwhile.
 */
@NullMarked
package dev.bbm.starter.testbed;

import org.jspecify.annotations.NullMarked;
