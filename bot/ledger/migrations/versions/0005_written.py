"""When a message in a thread was written: the order that processes keep which take several of one thread at once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; what was there before keeps the order in which it was claimed."""
    op.add_column("events", sa.Column("written", sa.Double))
