"""One turn of a conversation: what is known when a message is answered, and how a reply is put together from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.conversation.naming import as_evidence, rules_out
from bot.conversation.state import Fact, State
from bot.conversation.wording import question, say
from bot.faq.content import Faq
from bot.model import Choice, Evidence, Kind, Match, Outcome, Reading, Reply

MOST_CANDIDATES = 5
_HARMLESS = frozenset(("access_id", "email", "organization", "project", "user"))  # hidden, yet they open no door
MOST_PARTS = 6  # questions in one message; each is ranked by itself, and three are answered


class Ranker(Protocol):
    """Finds the entries that could answer a reading."""

    @property
    def threshold(self) -> float:
        """The confidence at or above which an entry is right often enough to be given as the answer."""
        ...

    def rank(self, reading: Reading) -> tuple[Match, ...]:
        """Return at most five matches, best first, with calibrated confidences."""
        ...


@dataclass(frozen=True, slots=True)
class _Mindful:
    """A ranker that passes over what the error *known* from before rules out, however the words of a message sound.

    After a 429 for want of balance, "so I just wait?" sounds like the rate limit, and waiting would be wrong advice.
    """

    ranker: Ranker
    faq: Faq
    known: tuple[Fact, ...]

    @property
    def threshold(self) -> float:
        return self.ranker.threshold

    def rank(self, reading: Reading) -> tuple[Match, ...]:
        ranked = self.ranker.rank(reading)
        return tuple(match for match in ranked if not rules_out(self.faq.by_id[match.entry], self.known))


@dataclass(frozen=True, slots=True)
class Turn:
    """All that a reply may depend on.

    ``ranked`` are the matches of the message by itself; ``parts`` the best match of each question in it, with no more
    evidence than stands in that question, empty where there is only one.
    """

    reading: Reading
    state: State
    faq: Faq
    ranker: Ranker
    language: str
    ranked: tuple[Match, ...]
    parts: tuple[Match | None, ...] = ()

    @property
    def last(self) -> tuple[str, ...]:
        """The entries answered last: to this author, or else to anybody in the thread."""
        return self.state.answered or self.state.shared.answered

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The evidence of the message; where it may complete an earlier one, also what that one had."""
        if not self.state.waiting:
            return self.reading.evidence
        kinds = {piece.kind for piece in self.reading.evidence}
        return self.reading.evidence + as_evidence(fact for fact in self.state.known if fact.kind not in kinds)

    def confident(self, match: Match) -> bool:
        """True where *match* may be given as an answer."""
        return match.confidence >= self.ranker.threshold


def begin(reading: Reading, state: State, faq: Faq, ranker: Ranker) -> Turn:
    """Return the turn that *reading* opens in a conversation at *state*."""
    state = state.within(faq)
    if _of_same_error(reading, state):
        ranker = _Mindful(ranker, faq, state.known)
    ranked = ranker.rank(reading)[:MOST_CANDIDATES]
    return Turn(reading, state, faq, ranker, _language(reading, state, faq), ranked, _rank_parts(reading, ranker))


def reply(
    turn: Turn,
    outcome: Outcome,
    *text: str,
    answered: Sequence[Match] = (),
    offered: Sequence[str] = (),
    candidates: Sequence[Match] | None = None,
) -> Reply:
    """Return the reply whose paragraphs are the *text* that is not empty, with all that a reply carries along."""
    ranked = tuple(turn.ranked if candidates is None else candidates)[:MOST_CANDIDATES]
    confident = min((match.confidence for match in answered), default=None)
    return Reply(
        outcome=outcome,
        text="\n\n".join(paragraph for paragraph in (_warning(turn), *text) if paragraph),
        language=turn.language,
        entries=tuple(match.entry for match in answered),
        confidence=confident if confident is not None or not ranked else ranked[0].confidence,
        candidates=ranked,
        evidence=turn.reading.evidence,
        choices=_choices(turn, offered),
        secrets=turn.reading.secrets,
        live_secret=turn.reading.live_secret,
    )


def silence(turn: Turn) -> Reply:
    """Return the reply that says nothing, with all that a reply carries along."""
    return replace(reply(turn, Outcome.SILENCE), text="")


def _of_same_error(reading: Reading, state: State) -> bool:
    """True when an error is known from before, and *reading* tells of no other one."""
    known = {(fact.kind, fact.value) for fact in state.known}
    told = {(piece.kind, piece.value) for piece in reading.evidence if piece.kind is not Kind.EXCEPTION}
    return bool(known) and told <= known


def _rank_parts(reading: Reading, ranker: Ranker) -> tuple[Match | None, ...]:
    if len(reading.parts) < 2:
        return ()
    ranked = (ranker.rank(_part(reading, part)) for part in reading.parts[:MOST_PARTS])
    return tuple(matches[0] if matches else None for matches in ranked)


def _part(reading: Reading, part: str) -> Reading:
    low = part.lower()
    open_ones = (one.evidence for one in reversed(reading.incidents) if not one.settled and one.vendor is None)
    told = (tuple(piece for piece in pieces if piece.value.lower() in low) for pieces in (reading.evidence, *open_ones))
    evidence = next(filter(None, told), ())
    return replace(reading, text=part, question=part, parts=(part,), evidence=evidence, incidents=())


def _choices(turn: Turn, offered: Sequence[str]) -> tuple[Choice, ...]:
    if not offered:
        return ()
    named = tuple(Choice(question(turn.faq.by_id[entry], turn.language, turn.faq), entry) for entry in offered)
    return (*named, Choice(say("none", turn.language), None))


def _warning(turn: Turn) -> str:
    """The line about a live secret; "" where there is none."""
    if not turn.reading.live_secret:
        return ""
    stand_ins = dict.fromkeys(f"`{secret.stand_in}`" for secret in turn.reading.secrets if secret.kind not in _HARMLESS)
    return say("secret", turn.language, stand_ins=say("comma", turn.language).join(list(stand_ins)[:3]))


def _language(reading: Reading, state: State, faq: Faq) -> str:
    """The language to reply in: that of the message's own words, or of the author's last words where it has none."""
    told = any(character.isalpha() for character in reading.question)
    language = reading.language if told else state.language or reading.language
    return language if language in faq.languages else faq.languages[0]
