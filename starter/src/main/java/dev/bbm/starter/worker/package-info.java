/** The worker process: which queues it polls, and how it follows what its databases own. */
@NullMarked
package dev.bbm.starter.worker;

import org.jspecify.annotations.NullMarked;
