"""The first tables: events, replies, threads, feedback, settings, bookmarks and owners."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "events",
        sa.Column("id", NUMBER, primary_key=True),
        *map(_words, ("platform", "tenant", "event", "channel", "thread", "author")),
        *map(_words, ("stage", "owner", "token", "work", "reference")),
        sa.Column("at", sa.Double, nullable=False),
    )
    op.create_index("ux_events_key", "events", ["platform", "tenant", "event"], unique=True)
    op.create_index("ix_events_at", "events", ["at"])
    _partial("ix_events_open", ["platform", "at"], "stage IN ('claimed', 'decided')")
    _partial("ix_events_lost", ["platform", "at"], "stage IN ('expired', 'refused')")
    _partial("ix_events_author", ["platform", "tenant", "author"], "author <> ''")
    op.create_table(
        "replies",
        sa.Column("event_id", NUMBER, sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
        *map(_words, ("outcome", "language", "entries")),
        sa.Column("confidence", sa.Double),
        *map(_words, ("candidates", "evidence", "content", "before")),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
    )
    op.create_table(
        "threads",
        *map(_key, ("platform", "tenant", "channel", "thread")),
        sa.Column("shared", sa.Boolean, primary_key=True),
        _key("author"),
        _words("state"),
        sa.Column("expires", sa.Double, nullable=False),
    )
    op.create_index("ix_threads_expires", "threads", ["expires"])
    op.create_index("ix_threads_author", "threads", ["platform", "tenant", "author"])
    op.create_table(
        "feedback",
        *map(_key, ("platform", "tenant", "event", "author")),
        sa.Column("helpful", sa.Boolean, nullable=False),
        _words("reason"),
        sa.Column("at", sa.Double, nullable=False),
    )
    op.create_index("ix_feedback_at", "feedback", ["at"])
    op.create_index("ix_feedback_author", "feedback", ["platform", "tenant", "author"])
    op.create_table("settings", *map(_key, ("platform", "tenant", "channel", "thread")), _words("settings"))
    op.create_table("bookmarks", _key("name"), _words("text"))
    op.create_table(
        "owners",
        _key("owner"),
        sa.Column("lease", sa.DateTime(timezone=True), nullable=False),
    )


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True, nullable=False)


def _partial(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "events", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
