package dev.bbm.activities.migration;

import dev.bbm.activities.ownership.OwnershipToken;
import dev.bbm.workflows.migration.MigrationView;

/** What counts the work of a process's slices. */
public interface SliceMeter {

  /** Counts nothing. */
  SliceMeter NONE =
      new SliceMeter() {
        @Override
        public void sliceBegins(OwnershipToken token) {}

        @Override
        public void sliceEnds(OwnershipToken token) {}

        @Override
        public void subBatchCommitted(OwnershipToken token) {}

        @Override
        public void refused(OwnershipToken token, String sqlState) {}

        @Override
        public void seen(MigrationView view) {}
      };

  /** A slice runs, until {@link #sliceEnds}. */
  void sliceBegins(OwnershipToken token);

  void sliceEnds(OwnershipToken token);

  void subBatchCommitted(OwnershipToken token);

  /** The gate, or the check of the job's row behind it, refused a claim or a sub-batch. */
  void refused(OwnershipToken token, String sqlState);

  /** The migration as it stood when a slice of it ended. */
  void seen(MigrationView view);
}
