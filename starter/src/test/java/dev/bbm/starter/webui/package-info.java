/** Temporal's Web UI as a person uses it: in a browser. */
@NullMarked
package dev.bbm.starter.webui;

import org.jspecify.annotations.NullMarked;
