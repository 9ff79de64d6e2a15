"""Which content the living processes answer from, as statements over one connection of PostgreSQL.

A content is as old as the time since which any process that lives now has answered from it. One that nobody answers
from is of no age: it is new again when it comes back. So a process that starts again with the old file in the middle of
a change finds others with it, and is as old as they are; and all that is asked is the database's clock.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.ledger.port import EventKey, LedgerError, Record, Stage
from bot.ledger.tables import NOW, events, owners, threads
from bot.ledger.verbs import SEAT, THIS_EVENT, this_event

WAIT = 30.0  # seconds that an event waits for a process with the newer content, which is there but may be held up

_ALIVE = owners.c.lease > NOW

_MINE, _THEIRS = owners.alias(), owners.alias()
_SINCE_MINE = (
    sa.select(sa.func.max(_MINE.c.since))
    .where(_MINE.c.content == sa.bindparam("content"), _MINE.c.lease > NOW)
    .scalar_subquery()
)
_NEWER = sa.exists().where(_THEIRS.c.content == threads.c.content, _THEIRS.c.lease > NOW, _THEIRS.c.since > _SINCE_MINE)
_OUTDATED = sa.select(
    sa.exists().where(
        *(threads.c[name] == sa.bindparam(f"seat_{name}") for name in SEAT),
        threads.c.content != sa.bindparam("content"),
        _NEWER,
    )
    & sa.exists().where(THIS_EVENT, events.c.stage == Stage.CLAIMED.value, events.c.at > sa.bindparam("after"))
)
_RELEASE = sa.update(events).where(THIS_EVENT, events.c.stage == Stage.CLAIMED.value)


class OutdatedError(LedgerError):
    """A conversation was answered from newer content than this process has, and another one has it."""


@dataclass(frozen=True, slots=True)
class Served:
    """A content that is served, and since when: the larger, the newer."""

    content: str
    since: float


def publish(connection: sa.Connection, owner: str, content: str, *, as_newest: bool = False) -> None:
    """Say that *owner* answers from *content*: for as long as others that live do, or, *as_newest*, from now on."""
    known = sa.select(sa.func.max(owners.c.since)).where(owners.c.content == content, _ALIVE).scalar_subquery()
    changed = owners.update().where(owners.c.owner == owner)
    if as_newest:
        connection.execute(changed.values(content=content, since=NOW))
    else:
        since = connection.scalar(sa.select(sa.func.coalesce(known, NOW)))
        connection.execute(changed.where(owners.c.content != content).values(content=content, since=since))


def served(connection: sa.Connection) -> list[Served]:
    """Return each content that is served now, the newest first."""
    since = sa.func.max(owners.c.since)
    each = sa.select(owners.c.content, since).where(_ALIVE, owners.c.content != "").group_by(owners.c.content)
    return [Served(content, at.timestamp()) for content, at in connection.execute(each.order_by(since.desc()))]


def refuse_outdated(connection: sa.Connection, record: Record, seat: dict[str, Any]) -> None:
    """See that the conversation of *seat* was not answered from newer content, which a living process has.

    An event that waits too long already is let through.

    Raises:
        OutdatedError: it was.
    """
    asked = {f"seat_{name}": value for name, value in seat.items()}
    asked |= {"content": record.content, "after": record.at - WAIT, **this_event(record.event)}
    if connection.scalar(_OUTDATED, asked):
        raise OutdatedError(f"{record.event.event} is left to a process with newer content")


def release(connection: sa.Connection, event: EventKey) -> None:
    """Leave *event*, which is claimed and not decided, to whoever looks for open events first."""
    connection.execute(_RELEASE, {**this_event(event), "owner": ""})
