"""The ledger's tables as this version knows them; `bot.ledger.migrations` is how a database comes to have them."""

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator


class Words(TypeDecorator[str]):
    """Text that every database takes: PostgreSQL has no NUL, and neither of the two half a surrogate pair."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Return *value* with a mark in the place of what cannot be stored."""
        del dialect
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite numbers its rows by INTEGER alone
IS_OPEN = sa.text("stage IN ('claimed', 'decided')")  # literal, so that the planner can use the index of the same words
IS_LOST = sa.text("stage IN ('expired', 'refused')")
NOW = sa.func.clock_timestamp(type_=sa.DateTime(timezone=True))  # PostgreSQL's own clock, the one of all leases
HAS_AUTHOR: sa.ColumnElement[bool] = sa.literal_column("author <> ''", sa.Boolean)

metadata = sa.MetaData()


def _words(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, Words, primary_key=key, nullable=False, server_default=None if key else "")


def _time(name: str, *, index: bool = False) -> sa.Column[float]:
    """Seconds since the epoch."""
    return sa.Column(name, sa.Double, nullable=False, index=index)


def _of_event() -> sa.Column[int]:
    return sa.Column("event_id", NUMBER, sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)


def _partial(name: str, *columns: str, where: sa.TextClause | sa.ColumnElement[bool]) -> sa.Index:
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


events = sa.Table(
    "events",
    metadata,
    sa.Column("id", NUMBER, primary_key=True),
    _words("platform"),
    _words("tenant"),
    _words("event"),
    _words("channel"),
    _words("thread"),
    _words("author"),
    _words("stage"),
    _words("owner"),  # the process that took it
    _words("token"),  # the very call that claimed it, so that a repeated one knows its own row
    _words("reference"),
    _time("at", index=True),
    sa.Column("written", sa.Double),  # by the platform's clock, of what follows others in a thread
    sa.Index("ux_events_key", "platform", "tenant", "event", unique=True),
    _partial("ix_events_open", "platform", "at", where=IS_OPEN),
    _partial("ix_events_lost", "platform", "at", where=IS_LOST),
    _partial("ix_events_author", "platform", "tenant", "author", where=HAS_AUTHOR),
)

drafts = sa.Table(  # what it takes to go on with an open event; apart, so that little is to be shredded
    "drafts", metadata, _of_event(), _words("work")
)

replies = sa.Table(
    "replies",
    metadata,
    _of_event(),
    _words("outcome"),
    _words("language"),
    _words("entries"),  # JSON: ids
    sa.Column("confidence", sa.Double),
    _words("candidates"),  # JSON: pairs of id and confidence
    _words("evidence"),  # JSON: kinds
    _words("content"),
    _words("before"),
    _time("at"),
    sa.Column("seconds", sa.Double, nullable=False),
)

questions = sa.Table(  # filled where the operator wants it, and only then
    "questions",
    metadata,
    _of_event(),
    _words("text"),  # redacted
    _time("expires", index=True),
)

threads = sa.Table(
    "threads",
    metadata,
    _words("platform", key=True),
    _words("tenant", key=True),
    _words("channel", key=True),
    _words("thread", key=True),
    sa.Column("shared", sa.Boolean, primary_key=True),
    _words("author", key=True),
    _words("state"),
    _time("expires", index=True),
    _words("content"),  # of the last answer
    sa.Index("ix_threads_author", "platform", "tenant", "author"),
)

feedback = sa.Table(
    "feedback",
    metadata,
    _words("platform", key=True),
    _words("tenant", key=True),
    _words("event", key=True),
    _words("author", key=True),
    sa.Column("helpful", sa.Boolean, nullable=False),
    _words("reason"),
    _time("at", index=True),
    sa.Index("ix_feedback_author", "platform", "tenant", "author"),
)

settings = sa.Table(
    "settings",
    metadata,
    _words("platform", key=True),
    _words("tenant", key=True),
    _words("channel", key=True),
    _words("thread", key=True),
    _words("settings"),  # JSON
)

bookmarks = sa.Table("bookmarks", metadata, _words("name", key=True), _words("text"))

owners = sa.Table(
    "owners",
    metadata,
    _words("owner", key=True),
    sa.Column("lease", sa.DateTime(timezone=True), nullable=False),  # by the database's own clock
    _words("content"),
    sa.Column("since", sa.DateTime(timezone=True)),  # from when on it, or who had it before, answers from that
)
