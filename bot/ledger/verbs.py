"""The verbs of the ledger as statements over one connection, within the transaction of whoever calls them.

Each may be carried out twice with the result of once, so that one whose answer was lost on the way can be repeated.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.ledger.keeping import delivery_to_json, work_from_json
from bot.ledger.port import (
    FINAL,
    OPEN,
    Backlog,
    Claim,
    EventKey,
    Feedback,
    Kept,
    LedgerError,
    Open,
    Record,
    Stage,
    Standing,
    Subject,
)
from bot.ledger.tables import (
    HAS_AUTHOR,
    IS_LOST,
    IS_OPEN,
    bookmarks,
    drafts,
    events,
    feedback,
    questions,
    replies,
    settings,
    threads,
)
from bot.model import Outcome, Place

BATCH = 1_000  # rows deleted in one transaction, so that nobody waits long for a purge

# The statements of every answer are built once: building one takes longer than SQLite takes to carry it out.
THIS_EVENT = sa.and_(*(events.c[name] == sa.bindparam(f"key_{name}") for name in ("platform", "tenant", "event")))
_ROW = sa.select(events.c.id, events.c.stage, events.c.owner).where(THIS_EVENT).with_for_update()
_TOKEN = sa.select(events.c.token).where(THIS_EVENT)
_DECIDE = sa.update(events).where(events.c.id == sa.bindparam("row"))
_SETTLE = sa.update(events).where(THIS_EVENT)
SEAT = ("platform", "tenant", "channel", "thread", "shared", "author")
_RECALL = sa.select(threads.c.state).where(
    *(threads.c[name] == sa.bindparam(name) for name in SEAT), threads.c.expires > sa.bindparam("now")
)
_DROP = sa.delete(drafts).where(drafts.c.event_id.in_(sa.select(events.c.id).where(THIS_EVENT)))
_DROP_ROW = sa.delete(drafts).where(drafts.c.event_id == sa.bindparam("row"))
_OPEN = sa.select(events, drafts.c.work).outerjoin(drafts, drafts.c.event_id == events.c.id)
_STANDING = sa.select(events, replies.c.entries, replies.c.before).outerjoin(replies, replies.c.event_id == events.c.id)
_STANDING_OF = _STANDING.where(THIS_EVENT)
_WHEREABOUTS = ("platform", "tenant", "channel", "thread")
_THIS = sa.select(events.c.id, events.c.written).where(THIS_EVENT).subquery()
_IS_PRECEDED = sa.select(
    sa.exists()
    .where(
        *(events.c[name] == sa.bindparam(name) for name in _WHEREABOUTS),
        IS_OPEN,
        events.c.owner != sa.bindparam("me"),
        sa.tuple_(sa.func.coalesce(events.c.written, 0), events.c.id)
        < sa.tuple_(sa.func.coalesce(_THIS.c.written, 0), _THIS.c.id),
    )
    .select_from(events, _THIS)
)
_SAVED = sa.and_(*(settings.c[name] == sa.bindparam(name) for name in _WHEREABOUTS))
_SETTINGS = sa.select(settings.c.settings).where(_SAVED)


def claim(connection: sa.Connection, claimed: Claim, owner: str, token: str) -> bool:
    """Write the event; False where it is there already, unless this very call (by its *token*) wrote it."""
    row = connection.scalar(
        _add_event(connection.dialect.name),
        {
            **_key(claimed.event),
            "channel": claimed.place.channel,
            "thread": claimed.place.thread,
            "author": claimed.author,
            "stage": claimed.stage.value,
            "owner": owner,
            "token": token,
            "at": claimed.at,
            "written": claimed.written,
        },
    )
    if row is not None:
        _draft(connection, row, claimed.work)
        return True
    return connection.scalar(_TOKEN, this_event(claimed.event)) == token


def recall(connection: sa.Connection, place: Place, author: str | None, now: float) -> str | None:
    """Return the state that has not expired."""
    return connection.scalar(_RECALL, {**seat_of(place, author), "now": now})


def record(
    connection: sa.Connection,
    decided: Record,
    kept: Sequence[Kept],
    owner: str,
    *,
    held: bool,
    keep_until: float | None = None,
) -> None:
    """Write the decision and the states after it.

    *held* tells that this process took the event itself: then nobody else may have had it since. With *keep_until* the
    redacted question is kept, to that time.
    """
    row = connection.execute(_ROW, this_event(decided.event)).one_or_none()
    if row is None:
        raise LedgerError(f"{decided.event.event} is decided, but not claimed: it may have been purged")
    if row.stage in FINAL:
        raise LedgerError(f"{decided.event.event} is {row.stage} meanwhile: it is not answered any more")
    if row.owner != owner and (held or row.stage in OPEN):
        raise LedgerError(f"{decided.event.event} is in another process's hands")
    silent = decided.delivery.reply.outcome is Outcome.SILENCE
    stage, left = (Stage.SILENT, "") if silent else (Stage.DECIDED, delivery_to_json(decided.delivery))
    if keep_until is not None and row.stage == Stage.CLAIMED:
        work = connection.scalar(sa.select(drafts.c.work).where(drafts.c.event_id == row.id))
        question = work_from_json(work).message.text if work else ""
        _put(connection, questions, {"event_id": row.id, "text": question, "expires": keep_until})
    connection.execute(_DECIDE, {"row": row.id, "stage": stage.value, "owner": owner})
    _draft(connection, row.id, left)
    _put(connection, replies, {"event_id": row.id, **_reply(decided)})
    if kept:
        _put(connection, threads, *(_state(each, decided.content) for each in kept))


def mark_posted(connection: sa.Connection, event: EventKey, reference: str) -> None:
    """Note the *reference* and erase the text."""
    connection.execute(_SETTLE, {**this_event(event), "stage": Stage.POSTED.value, "reference": reference})
    connection.execute(_DROP, this_event(event))


def close(connection: sa.Connection, event: EventKey, stage: Stage) -> None:
    """Bring *event* to *stage* and erase the text."""
    connection.execute(_SETTLE, {**this_event(event), "stage": stage.value})
    connection.execute(_DROP, this_event(event))


def standing(connection: sa.Connection, event: EventKey) -> Standing | None:
    """Return what is known of *event*."""
    row = connection.execute(_STANDING_OF, this_event(event)).one_or_none()
    return _standing(row) if row else None


def preceded(connection: sa.Connection, event: EventKey, place: Place, owner: str) -> bool:
    """Return True where not *owner* but another has an open event of *place* that comes before *event*."""
    return bool(connection.scalar(_IS_PRECEDED, {**this_event(event), **_whereabouts(place), "me": owner}))


def take_over(connection: sa.Connection, platform: str, owner: str, lapsed: sa.ColumnElement[bool]) -> list[Open]:
    """Take the open events of *platform* whose owner has *lapsed*; return all that are open and now this one's."""
    orphans = (
        sa.select(events.c.id)
        .where(events.c.platform == platform, IS_OPEN, events.c.owner != owner, lapsed)
        .with_for_update(skip_locked=True)
    )
    connection.execute(events.update().where(events.c.id.in_(orphans)), {"owner": owner})
    mine = _OPEN.where(events.c.platform == platform, IS_OPEN, events.c.owner == owner)
    return [
        Open(_event(row), _place(row), Stage(row.stage), row.work or "", row.at)
        for row in connection.execute(mine.order_by(events.c.at, events.c.id))
    ]


def backlog(connection: sa.Connection, platform: str) -> Backlog:
    """Return how much of *platform* is open."""
    counted = sa.select(sa.func.count(), sa.func.min(events.c.at)).where(events.c.platform == platform, IS_OPEN)
    count, oldest = connection.execute(counted).one()
    return Backlog(count, oldest)


def unanswered(connection: sa.Connection, platform: str, since: float) -> list[Standing]:
    """Return what expired or was refused."""
    lost = _STANDING.where(events.c.platform == platform, IS_LOST, events.c.at > since)
    return [_standing(row) for row in connection.execute(lost.order_by(events.c.at, events.c.id))]


def places(connection: sa.Connection, platform: str, since: float) -> list[Place]:
    """Return where events were claimed."""
    columns = (events.c.platform, events.c.tenant, events.c.channel, events.c.thread)
    seen = sa.select(*columns).distinct().where(events.c.platform == platform, events.c.at > since)
    return [Place(*row) for row in connection.execute(seen)]


def add_feedback(connection: sa.Connection, given: Feedback) -> None:
    """Write *given* in the place of what its author thought before."""
    values = {"author": given.author, "helpful": given.helpful, "reason": given.reason, "at": given.at}
    _put(connection, feedback, {**_key(given.event), **values})


def load_settings(connection: sa.Connection, place: Place) -> Mapping[str, Any]:
    """Return what is saved for *place*."""
    text = connection.scalar(_SETTINGS, _whereabouts(place))
    return dict(json.loads(text)) if text else {}


def save_settings(connection: sa.Connection, place: Place, values: Mapping[str, Any]) -> None:
    """Save *values*; empty ones delete the row."""
    if values:
        _put(connection, settings, {**_whereabouts(place), "settings": json.dumps(dict(values))})
    else:
        connection.execute(settings.delete().where(_SAVED), _whereabouts(place))


def bookmark(connection: sa.Connection, name: str) -> str | None:
    """Return the text kept under *name*."""
    return connection.scalar(sa.select(bookmarks.c.text).where(bookmarks.c.name == name))


def set_bookmark(connection: sa.Connection, name: str, text: str) -> None:
    """Keep *text* under *name*."""
    _put(connection, bookmarks, {"name": name, "text": text})


def forget(connection: sa.Connection, subject: Subject) -> int:
    """Delete what is about *subject*; its events lose their author and, where they are open, their text."""
    theirs = _by(events, subject)
    deleted = [
        threads.delete().where(*_by(threads, subject), *(() if subject.author is None else (~threads.c.shared,))),
        feedback.delete().where(*_by(feedback, subject)),
    ]
    if subject.author is None:
        deleted.append(settings.delete().where(*_within(settings, subject)))
    count = sum(connection.execute(statement).rowcount for statement in deleted)
    known = sa.select(events.c.id).where(*theirs)
    for table in (drafts, replies, questions):
        connection.execute(table.delete().where(table.c.event_id.in_(known)))
    connection.execute(events.update().where(*theirs, IS_OPEN), {"stage": Stage.WITHDRAWN.value})
    return count + connection.execute(events.update().where(*theirs, HAS_AUTHOR), {"author": ""}).rowcount


def export(connection: sa.Connection, subject: Subject) -> list[Mapping[str, Any]]:
    """Return every row about *subject* as plain values."""
    own = () if subject.author is None else (~threads.c.shared,)
    wanted = {
        "threads": sa.select(threads).where(*_by(threads, subject), *own),
        "events": sa.select(events).where(*_by(events, subject)),
        "drafts": _with_event(drafts).where(*_by(events, subject)),
        "replies": _with_event(replies).where(*_by(events, subject)),
        "questions": _with_event(questions).where(*_by(events, subject)),
        "feedback": sa.select(feedback).where(*_by(feedback, subject)),
    }
    if subject.author is None:
        wanted["settings"] = sa.select(settings).where(*_within(settings, subject))
    return [
        {"table": table} | {name: value for name, value in row.items() if name not in _INNER}
        for table, statement in wanted.items()
        for row in connection.execute(statement).mappings()
    ]


def purge(connection: sa.Connection, before: float, now: float) -> int:
    """Delete one batch of what has expired by *now* or is older than *before*; return how many rows went, 0 at last."""
    return sum(
        connection.execute(table.delete().where(_first(table, old))).rowcount
        for table, old in (
            (threads, threads.c.expires <= now),
            (questions, questions.c.expires <= now),
            (feedback, feedback.c.at < before),
            (events, events.c.at < before),
        )
    )


def rewrite(connection: sa.Connection, *tables: sa.Table) -> None:
    """Write what is left in *tables* anew, into emptied pages.

    SQLite's ``secure_delete`` clears what is deleted, but not the copies that moved on when a page was split or filled
    up: of 3,000 texts two or three could still be read in the file. A page is cleared whole when its table is emptied.
    """
    for table in tables:
        rows = [dict(row) for row in connection.execute(sa.select(table)).mappings()]
        connection.execute(table.delete())
        if rows:
            connection.execute(table.insert(), rows)


_INNER = frozenset(("id", "event_id", "owner", "token"))


def _insert(dialect: str, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say what happens ON CONFLICT, which each *dialect* has for itself."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _add_event(dialect: str) -> sa.Executable:
    return _insert(dialect, events).on_conflict_do_nothing().returning(events.c.id)


@cache
def _replace(dialect: str, table: sa.Table) -> sa.Executable:
    """An INSERT that takes the place of the row with the same primary key."""
    insert = _insert(dialect, table)
    fresh = {column.name: insert.excluded[column.name] for column in table.c if not column.primary_key}
    return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=fresh)


def _put(connection: sa.Connection, table: sa.Table, *rows: dict[str, Any]) -> None:
    """Write *rows*, each in the place of the one with the same primary key; they name every column."""
    connection.execute(_replace(connection.dialect.name, table), rows)


def _draft(connection: sa.Connection, row: int, work: str) -> None:
    """Keep *work* to go on with the event in *row*, or nothing."""
    if work:
        _put(connection, drafts, {"event_id": row, "work": work})
    else:
        connection.execute(_DROP_ROW, {"row": row})


def _first(table: sa.Table, old: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """True for the rows of a batch of those that are *old*."""
    key = list(table.primary_key)
    return sa.tuple_(*key).in_(sa.select(*key).where(old).limit(BATCH))


def _with_event(table: sa.Table) -> sa.Select[Any]:
    """The rows of *table*, each with the names of its event."""
    names = (events.c.platform, events.c.tenant, events.c.event)
    return sa.select(*names, table).join(events, events.c.id == table.c.event_id)


def _key(event: EventKey) -> dict[str, str]:
    return {"platform": event.platform, "tenant": event.tenant, "event": event.event}


def this_event(event: EventKey) -> dict[str, str]:
    """Return what `THIS_EVENT` asks for."""
    return {"key_platform": event.platform, "key_tenant": event.tenant, "key_event": event.event}


def _whereabouts(place: Place) -> dict[str, str]:
    return {name: getattr(place, name) for name in _WHEREABOUTS}


def seat_of(place: Place, author: str | None) -> dict[str, Any]:
    """Return the key of the row of a conversation."""
    return {**_whereabouts(place), "shared": author is None, "author": author or ""}


def _state(kept: Kept, content: str) -> dict[str, Any]:
    return {**seat_of(kept.place, kept.author), "state": kept.state, "expires": kept.expires, "content": content}


def _within(table: sa.Table, subject: Subject) -> tuple[sa.ColumnElement[bool], ...]:
    return (table.c.platform == subject.platform, table.c.tenant == subject.tenant)


def _by(table: sa.Table, subject: Subject) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions of a row by the *subject*; with no author it is the whole tenant."""
    within = _within(table, subject)
    if subject.author is None:
        return within
    return (*within, table.c.author == subject.author, HAS_AUTHOR)


def _reply(decided: Record) -> dict[str, Any]:
    reply = decided.delivery.reply
    return {
        "outcome": reply.outcome.value,
        "language": reply.language,
        "entries": json.dumps(reply.entries),
        "confidence": reply.confidence,
        "candidates": json.dumps([(match.entry, round(match.confidence, 4)) for match in reply.candidates]),
        "evidence": json.dumps(list(dict.fromkeys(each.kind.value for each in reply.evidence))),
        "content": decided.content,
        "before": decided.before,
        "at": decided.at,
        "seconds": decided.seconds,
    }


def _event(row: sa.Row[Any]) -> EventKey:
    return EventKey(row.platform, row.tenant, row.event)


def _place(row: sa.Row[Any]) -> Place:
    return Place(row.platform, row.tenant, row.channel, row.thread)


def _standing(row: sa.Row[Any]) -> Standing:
    entries = tuple(json.loads(row.entries)) if row.entries else ()
    stage = Stage(row.stage)
    return Standing(_event(row), stage, _place(row), row.author, row.reference, entries, row.before or "", row.at)
