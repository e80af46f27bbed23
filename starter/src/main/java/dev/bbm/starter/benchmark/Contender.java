package dev.bbm.starter.benchmark;

import java.time.Duration;

/** One way to change every row of the table once, in sub-batches. */
interface Contender {

  String name();

  /** Changes all rows and returns how long it took. */
  Duration run() throws Exception;
}
