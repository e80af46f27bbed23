/**
 * The commands: one class per verb, options shared by mixins, and how they speak to people and
 * machines.
 */
@NullMarked
package dev.bbm.starter.command;

import org.jspecify.annotations.NullMarked;
