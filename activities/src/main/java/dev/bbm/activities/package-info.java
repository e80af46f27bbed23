/** Activities, mappers, job classes, the gate and the schema of the tracking tables. */
@NullMarked
package dev.bbm.activities;

import org.jspecify.annotations.NullMarked;
