/** What a worker tells monitoring systems: its metrics and its health, over HTTP. */
@NullMarked
package dev.bbm.starter.health;

import org.jspecify.annotations.NullMarked;
