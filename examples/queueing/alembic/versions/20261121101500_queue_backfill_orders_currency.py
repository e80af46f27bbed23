"""Queue BackfillOrdersCurrency."""

from alembic import op

revision = "20261121101500"
down_revision = None


def upgrade():
    op.execute(
        """
        SELECT bbm.queue_batched_background_migration(
                   'BackfillOrdersCurrency', 'orders', 'id', batch_size => 10000, sub_batch_size => 1000,
                   queued_migration_version => '20261121101500', requested_by => 'alembic')
        """
    )


def downgrade():
    op.execute("SELECT bbm.delete_batched_background_migration('BackfillOrdersCurrency', 'orders', 'id')")
