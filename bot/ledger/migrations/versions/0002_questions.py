"""Redacted questions, for operators who want to keep them for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "questions",
        sa.Column("event_id", NUMBER, sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("text", sa.Text, nullable=False, server_default=""),
        sa.Column("expires", sa.Double, nullable=False),
    )
    op.create_index("ix_questions_expires", "questions", ["expires"])
