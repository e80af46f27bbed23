/**
 * Configuration: bbm.yml, the environment, a running embedded instance, and what follows from them.
 */
@NullMarked
package dev.bbm.starter.config;

import org.jspecify.annotations.NullMarked;
