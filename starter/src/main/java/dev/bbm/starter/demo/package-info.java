/** The demonstration: four migrations, a killed worker, a failover, and a check of every row. */
@NullMarked
package dev.bbm.starter.demo;

import org.jspecify.annotations.NullMarked;
