/** The program: its entry point and what starts it. */
@NullMarked
package dev.bbm.starter;

import org.jspecify.annotations.NullMarked;
