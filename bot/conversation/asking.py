"""Finds the one field whose value would best tell the remaining entries apart.

After a field is told, only the entries that claim its value remain; where an entry claims none, telling the field
leaves it among the others that claim none. The best field leaves the fewest entries on average, each being equally
likely. Where two are as good, the stronger evidence is asked for.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.conversation.vocabulary import claims, vocabulary
from bot.conversation.wording import listed, say
from bot.faq.content import Entry, Faq
from bot.model import Evidence, Kind

HOST = "host"
FIELDS = (Kind.TYPE.value, Kind.STATUS.value, Kind.MESSAGE.value, HOST, Kind.EXCEPTION.value)

_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")
_EXAMPLES = 3


def claiming(evidence: Sequence[Evidence], candidates: Sequence[str], faq: Faq) -> tuple[Entry, ...]:
    """Return the entries that claim any of the *evidence*, those among the *candidates* first."""
    claimed = vocabulary(faq).claimed
    found = {entry.id: entry for piece in evidence for entry in claimed[piece.kind].get(piece.value.lower(), ())}
    return _in_order(found.values(), candidates)


def possible(evidence: Sequence[Evidence], candidates: Sequence[str], faq: Faq) -> tuple[Entry, ...]:
    """Return the entries about errors that the *evidence* does not rule out, those among the *candidates* first.

    An entry is ruled out where it names values of a kind, and the evidence has another one.
    """
    left = (entry for entry in faq.entries if entry.errors and not _ruled_out(entry, evidence))
    return _in_order(left, candidates)


def best_field(entries: Sequence[Entry], faq: Faq, without: Sequence[str]) -> str | None:
    """Return the field, not one of *without*, that splits the *entries* best; None where no field splits them."""
    left = {field: _left(entries, field, faq) for field in FIELDS if field not in without}
    best = min(left, key=lambda field: left[field], default=None)
    return best if best is not None and left[best] < len(entries) else None


def question_for(field: str, entries: Sequence[Entry], faq: Faq, language: str) -> str:
    """Return the sentence that asks for *field*, with examples of values that would tell."""
    values = dict.fromkeys(value for entry in entries for value in _first_value(entry, field, faq))
    told = tuple(value.replace("*", "…").replace("`", "'") for value in tuple(values)[:_EXAMPLES])
    examples = say("examples", language, values=listed(told, language, "or")) if told else ""
    return say(f"ask_{field}", language, examples=examples)


def _in_order(entries: Iterable[Entry], candidates: Sequence[str]) -> tuple[Entry, ...]:
    order = {entry: place for place, entry in enumerate(candidates)}
    return tuple(sorted(entries, key=lambda entry: order.get(entry.id, len(order))))


def _ruled_out(entry: Entry, evidence: Sequence[Evidence]) -> bool:
    named = ((claims(entry.errors, piece.kind), piece.value.lower()) for piece in evidence)
    return any(values and value not in values for values, value in named)


def _first_value(entry: Entry, field: str, faq: Faq) -> tuple[str, ...]:
    """The value that *entry* names first, as the example of all that it names."""
    if field == HOST:
        return tuple(sorted(_values(entry, field, faq)))[:1]
    values = (getattr(pattern, field) for pattern in entry.errors)
    return tuple(str(value) for value in values if value is not None)[:1]


def _left(entries: Sequence[Entry], field: str, faq: Faq) -> float:
    values = [_values(entry, field, faq) for entry in entries]
    sharing = Counter(value for told in values for value in told or (None,))
    left = (sum(sharing[value] for value in told) / len(told) if told else sharing[None] for told in values)
    return sum(left) / len(entries) if entries else 0.0


def _values(entry: Entry, field: str, faq: Faq) -> frozenset[str]:
    if field != HOST:
        return claims(entry.errors, Kind(field))
    hosts = [name for name in faq.names if _HOST.fullmatch(name)]
    text = "\n".join(f"{wording.question}\n{wording.answer}" for wording in entry.wordings.values()).lower()
    return frozenset(host for host in hosts if host in text)
