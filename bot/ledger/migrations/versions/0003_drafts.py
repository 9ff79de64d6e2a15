"""What it takes to go on with an event gets a table of its own, from which it can be erased without a trace."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the table and move the texts of open events there."""
    op.create_table(
        "drafts",
        sa.Column("event_id", NUMBER, sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("work", sa.Text, nullable=False, server_default=""),
    )
    op.execute("INSERT INTO drafts (event_id, work) SELECT id, work FROM events WHERE work <> ''")
    op.drop_column("events", "work")
    if op.get_bind().dialect.name == "postgresql":  # what is deleted shall not lie about until the table has grown
        op.execute("ALTER TABLE drafts SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 50)")
