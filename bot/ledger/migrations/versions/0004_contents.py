"""Which content a process answers from, and which a conversation was answered from last."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns; what was there before is of no known content."""
    op.add_column("owners", sa.Column("content", sa.Text, nullable=False, server_default=""))
    op.add_column("owners", sa.Column("since", sa.DateTime(timezone=True)))
    op.add_column("threads", sa.Column("content", sa.Text, nullable=False, server_default=""))
