/** The training run after a build, from which the JVM learns to start short commands quickly. */
@NullMarked
package dev.bbm.starter.training;

import org.jspecify.annotations.NullMarked;
