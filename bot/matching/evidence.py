"""What a paste's evidence says of the entries: which ones claim it, and how strongly.

An entry's `errors` claim evidence and its `not_errors` deny it. The strongest kind of evidence that anyone claims
decides (error type, then message, then status, then exception class); a status or an exception counts for little
where an error type or a message stands beside it that no entry knows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.faq.content import ErrorPattern, Faq
from bot.model import Evidence, Kind

_RANK = {kind: rank for rank, kind in enumerate(Kind)}

Field: TypeAlias = tuple[Kind, str]
Found: TypeAlias = Mapping[Field, Evidence]


@dataclass(frozen=True, slots=True)
class Claim:
    """An entry's hold on evidence: the kind that decides, how many fields agree, and the evidence itself."""

    entry: str
    kind: Kind
    fields: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence says.

    Attributes:
        claims: Those at the deciding kind, in file order; empty where no entry claims anything.
        denied: Ids of entries that the evidence rules out.
        strange: True where an error type or a message stands there that no entry knows.
    """

    claims: tuple[Claim, ...] = ()
    denied: frozenset[str] = frozenset()
    strange: bool = False


class Claims:
    """All that the entries of a file say of errors, ready to be asked."""

    def __init__(self, faq: Faq) -> None:
        """Collect the patterns of *faq*."""
        self._errors = {entry.id: [fields_of(p) for p in entry.errors] for entry in faq.entries if entry.errors}
        self._not_errors = {e.id: [fields_of(p) for p in e.not_errors] for e in faq.entries if e.not_errors}
        patterns = (*self._errors.values(), *self._not_errors.values())
        self._known = {field for fields in patterns for pattern in fields for field in pattern}

    def judge(self, evidence: tuple[Evidence, ...]) -> Verdict:
        """Return what *evidence* says of the entries."""
        if not evidence:
            return Verdict()
        found = {(item.kind, item.value.casefold()): item for item in reversed(evidence)}
        denied = frozenset(id_ for id_, patterns in self._not_errors.items() if any(_holds(p, found) for p in patterns))
        claims = [
            claim
            for id_, patterns in self._errors.items()
            if id_ not in denied and (claim := _best(_claims(id_, patterns, found))) is not None
        ]
        strange = self._strange(evidence)
        strongest = _best(claims)
        if strongest is None:
            return Verdict((), denied, strange)
        deciding = tuple(c for c in claims if (c.kind, c.fields) == (strongest.kind, strongest.fields))
        return Verdict(deciding, denied, strange and _RANK[strongest.kind] > _RANK[Kind.MESSAGE])

    def _strange(self, evidence: Iterable[Evidence]) -> bool:
        told = [item for item in evidence if item.kind in (Kind.TYPE, Kind.MESSAGE)]
        return bool(told) and not any((item.kind, item.value.casefold()) in self._known for item in told)


def _claims(entry: str, patterns: Iterable[Sequence[Field]], found: Found) -> Iterable[Claim]:
    for fields in patterns:
        if _holds(fields, found):
            yield Claim(entry, fields[0][0], len(fields), tuple(found[field] for field in fields))


def _best(claims: Iterable[Claim]) -> Claim | None:
    return min(claims, key=lambda claim: (_RANK[claim.kind], -claim.fields), default=None)


def _holds(fields: Sequence[Field], found: Found) -> bool:
    return all(field in found for field in fields)


def fields_of(pattern: ErrorPattern) -> list[Field]:
    """The fields of *pattern* that are set, strongest kind first."""
    values = (
        (Kind.TYPE, pattern.type),
        (Kind.MESSAGE, pattern.message),
        (Kind.STATUS, pattern.status),
        (Kind.EXCEPTION, pattern.exception),
    )
    return [(kind, str(value).casefold()) for kind, value in values if value is not None]
