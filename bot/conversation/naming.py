"""Names the evidence that led to an answer, in curated words only."""

from collections.abc import Iterable

from bot.conversation.state import Fact
from bot.conversation.vocabulary import vocabulary
from bot.conversation.wording import listed, question, say
from bot.faq.content import Entry, Faq
from bot.matching.evidence import fields_of
from bot.model import Evidence, Kind, Match, Reading


def nameable(evidence: Iterable[Evidence], faq: Faq) -> tuple[Evidence, ...]:
    """Return the part of the *evidence* that may be said aloud: vocabulary of *faq*, and statuses of three digits."""
    claimed = vocabulary(faq).claimed
    return tuple(
        piece
        for piece in evidence
        if piece.value.lower() in claimed[piece.kind] or (piece.kind is Kind.STATUS and _is_status(piece.value))
    )


def facts(evidence: Iterable[Evidence], faq: Faq) -> tuple[Fact, ...]:
    """Return what may be kept of the *evidence*: the first nameable value of each kind, strongest kind first."""
    kept: dict[Kind, str] = {}
    for piece in nameable(evidence, faq):
        kept.setdefault(piece.kind, piece.value)
    return tuple(Fact(kind, kept[kind]) for kind in Kind if kind in kept)


def as_evidence(known: Iterable[Fact]) -> tuple[Evidence, ...]:
    """Return *known* facts as evidence that stands nowhere in the present text."""
    return tuple(Evidence(fact.kind, fact.value, 0, 0) for fact in known)


def rules_out(entry: Entry, known: Iterable[Fact]) -> bool:
    """True when the error that is *known* is one that *entry* says it is not about."""
    held = {(fact.kind, fact.value.casefold()) for fact in known}
    return any(held.issuperset(fields_of(pattern)) for pattern in entry.not_errors)


def opening(match: Match, reading: Reading, faq: Faq, language: str) -> str:
    """Return the line that says which evidence led to *match*, and what it overruled; "" where none led."""
    led = nameable(match.evidence, faq)
    if not led:
        return ""
    decider = min(led, key=lambda piece: list(Kind).index(piece.kind))
    line = decider.line if "\n" in reading.text.strip() else 0
    overruled = _overruled(match, decider, reading, faq)
    if overruled is not None:
        status, other = overruled
        place = say("place", language, line=str(line)) if line else ""
        named = listed((_shown(decider),), language, "and")
        title = question(other, language, faq)
        return say("decides", language, status=f"`{status}`", other=title, decider=named, place=place)
    weaker = [piece for piece in nameable(reading.evidence, faq) if piece.kind not in (decider.kind, Kind.EXCEPTION)]
    seen = dict.fromkeys(_shown(piece) for piece in (*weaker[:1], decider))
    told = listed(tuple(seen), language, "with")
    return say("at_line", language, facts=told, line=str(line)) if line else say("seen", language, facts=told)


def _overruled(match: Match, decider: Evidence, reading: Reading, faq: Faq) -> tuple[str, Entry] | None:
    """Return the status that speaks for another entry than *match*, and that entry; None where nothing contradicts."""
    if decider.kind not in (Kind.TYPE, Kind.MESSAGE):
        return None
    for piece in reading.evidence:
        if piece.kind is Kind.STATUS and _is_status(piece.value):
            alone = vocabulary(faq).bare.get(piece.value, ())
            if alone and all(entry.id != match.entry for entry in alone):
                return piece.value, alone[0]
    return None


def _shown(piece: Evidence) -> str:
    return piece.value.replace("*", "…").replace("`", "'")


def _is_status(value: str) -> bool:
    return len(value) == 3 and value.isascii() and value.isdigit()
