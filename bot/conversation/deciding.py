"""Decides what becomes of a message: the steps are tried in order, and the first that has a reply gives it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from bot.conversation import remarks, trouble
from bot.conversation.answering import by_context, compose, confident, left_over, repeats
from bot.conversation.asking import best_field, claiming, possible, question_for
from bot.conversation.choosing import picks
from bot.conversation.leaning import mentions, own_words
from bot.conversation.naming import facts, nameable
from bot.conversation.small_talk import SmallTalk, small_talk
from bot.conversation.state import Fact, Shared, State
from bot.conversation.turn import Ranker, Turn, begin, reply, silence
from bot.conversation.wording import hand_off, listed, product, question, say, vendor
from bot.faq.content import Faq
from bot.model import Choice, Evidence, Kind, Match, Outcome, Reading, Reply

Result: TypeAlias = tuple[Reply, State]
Step: TypeAlias = Callable[[Turn], Result | None]

MOST_ASKS = 2  # a third question back feels like an interrogation
MOST_CHOICES = 3  # more choices are read less carefully than a new question is typed
NEAR = 0.1  # a choice that is right less often than once in ten is noise
VERBATIM = 0.99  # what a phrasing asked word for word gets
ENOUGH_TO_CLARIFY = 0.5  # below, "none of these" would be the likeliest choice


def decide(
    reading: Reading, state: State, faq: Faq, ranker: Ranker, *, addressed: bool, pick: Choice | None = None
) -> tuple[Reply, State]:
    """Return what to reply to *reading* in a conversation at *state*, and the state after it.

    A message that is not *addressed* to the bot gets a confident answer of its own or silence, and silence where the
    thread is a person's, where people talk to each other, or where the answer stands just above; silence leaves the
    state as it was. A *pick* is a choice that was made by a button, by whomever and however long ago it was offered.
    """
    turn = begin(reading, state, faq, ranker)
    if pick is not None:
        return _chosen(turn, tuple(entry for entry in (pick.entry,) if entry and entry in faq.by_id))
    if addressed:
        return _first(turn, _STEPS)
    if turn.state.shared.handed_off or turn.state.shared.between_people:
        return silence(turn), state
    answered = _first(turn, _OVERHEARD)
    return answered if answered[0].outcome is Outcome.ANSWER else (silence(turn), state)


def _first(turn: Turn, steps: Sequence[Step]) -> Result:
    return next(result for step in steps if (result := step(turn)) is not None)


def _settled(turn: Turn) -> State:
    """The state after an ordinary reply: nothing offered or waited for, the bot back in the thread."""
    return replace(
        turn.state,
        shared=Shared(answered=turn.state.shared.answered),
        offered=(),
        waiting=False,
        language=turn.language,
        misses=0,
    )


def _answer(
    turn: Turn, matches: Sequence[Match], text: str, candidates: Sequence[Match], offered: tuple[str, ...] = ()
) -> Result:
    entries = tuple(match.entry for match in matches)
    made = reply(turn, Outcome.ANSWER, text, answered=matches, offered=offered, candidates=candidates)
    told = facts(turn.evidence, turn.faq)
    known = told or (turn.state.known if set(entries) <= set(turn.last) else ())
    return made, replace(
        _settled(turn), shared=Shared(answered=entries), answered=entries, offered=offered, known=known
    )


def _picked(turn: Turn) -> Result | None:
    """One of the choices that were offered, or none of them."""
    if not turn.state.offered:
        return None
    offered = [turn.faq.by_id[entry] for entry in turn.state.offered]
    spoken = (tuple(question(entry, language, turn.faq) for entry in offered) for language in turn.faq.languages)
    places = next((found for labels in spoken if (found := picks(turn.reading.text, labels)) is not None), None)
    return None if places is None else _chosen(turn, tuple(turn.state.offered[place] for place in places))


def _chosen(turn: Turn, entries: Sequence[str]) -> Result:
    """The answers that were picked, or what there is to say where none of them was the right one."""
    if not entries:
        made = reply(turn, Outcome.FALLBACK, say("fallback", turn.language), hand_off(turn.faq, turn.language))
        return made, replace(_settled(turn), misses=turn.state.misses + 1)
    matches = tuple(Match(entry, 1.0) for entry in entries)
    return _answer(turn, matches, compose(turn, matches, in_full=True), _led_by(matches, turn.ranked))


def _chatted(turn: Turn) -> Result | None:
    """Small talk and nothing else; it leaves what was offered or asked open."""
    kind = small_talk(turn.reading.text)
    if kind is None and not turn.reading.evidence and _closes(turn):
        kind = SmallTalk.THANKS
    if kind is None or (kind is SmallTalk.OKAY and turn.state.waiting and trouble.unsure(turn.reading.text)):
        return None
    text = say(kind.value, turn.language, product=product(turn.faq, turn.language))
    extra = hand_off(turn.faq, turn.language) if kind is SmallTalk.HELP else ""
    shared = replace(turn.state.shared, handed_off=False, between_people=False, speaker="")
    language = turn.state.language if kind is SmallTalk.NOTHING else turn.language
    return reply(turn, Outcome.SMALL_TALK, text, extra), replace(turn.state, shared=shared, language=language)


def _closes(turn: Turn) -> bool:
    text = turn.reading.text
    return remarks.settles(text) or (bool(turn.state.language) and remarks.closes(text))


def _to_a_human(turn: Turn) -> Result | None:
    return _hand_off(turn) if remarks.wants_human(turn.reading.text) else None


def _to_somebody(turn: Turn) -> Result | None:
    return _hand_off(turn) if remarks.wants_somebody(turn.reading.text) else None


def _hand_off(turn: Turn) -> Result:
    made = reply(turn, Outcome.HAND_OFF, hand_off(turn.faq, turn.language), say("hand_off", turn.language))
    return made, replace(_settled(turn), shared=Shared(answered=turn.state.shared.answered, handed_off=True))


def _of_another_vendor(turn: Turn) -> Result | None:
    if turn.reading.vendor is None:
        return None
    about = product(turn.faq, turn.language)
    other = vendor(turn.reading.vendor, turn.language)
    text = say("vendor", turn.language, vendor=other, product=about)
    return reply(turn, Outcome.FALLBACK, text), replace(_settled(turn), misses=turn.state.misses + 1)


def _said_again(turn: Turn) -> Result | None:
    if not turn.last or not remarks.wants_again(turn.reading.text):
        return None
    matches = tuple(Match(entry, 1.0) for entry in turn.last)
    return _answer(turn, matches, compose(turn, matches, in_full=True), _led_by(matches, turn.ranked))


def _announced(turn: Turn) -> Result | None:
    if not remarks.announces(turn.reading.text):
        return None
    return reply(turn, Outcome.ASK, say("go_ahead", turn.language)), _settled(turn)


def _unhelped(turn: Turn) -> Result | None:
    """The last answer changed nothing, and there is nothing new to go by: point on, and repeat nothing."""
    again = confident(turn)
    if not _complains(turn, again):
        return None
    related = dict.fromkeys(other for entry in turn.last for other in turn.faq.by_id[entry].see_also)
    fresh = (entry for entry in related if entry in turn.faq.by_id and entry not in turn.last)
    offered = tuple(fresh)[:MOST_CHOICES]
    text = (
        say("unhelped", turn.language),
        compose(turn, again),
        hand_off(turn.faq, turn.language),
        say("related", turn.language) if offered else "",
    )
    outcome = Outcome.ANSWER if again else Outcome.CLARIFY if offered else Outcome.FALLBACK
    made = reply(turn, outcome, *text, answered=again, offered=offered, candidates=_led_by(again, turn.ranked))
    return made, replace(_settled(turn), offered=offered)


def _complains(turn: Turn, again: Sequence[Match]) -> bool:
    """True when the message says that the last answer did not help; *again* are the entries that it leads to itself."""
    said = own_words(turn.reading)
    if not turn.last or turn.state.misses or not remarks.unhelped(said):
        return False
    if again:
        return all(match.entry in turn.last for match in again)
    news = set(facts(turn.reading.evidence, turn.faq)) - set(turn.state.known)
    topic = trouble.topic(said)
    return not news and (not topic or any(mentions(turn.faq.by_id[entry], topic) for entry in turn.last))


def _answered(turn: Turn) -> Result | None:
    matches = confident(turn)
    if not matches or _says_too_little(turn, matches):
        return None
    left = left_over(turn, matches)
    plausible = dict.fromkeys(match.entry for match in left if match and match.confidence >= ENOUGH_TO_CLARIFY)
    offered = tuple(entry for entry in plausible if all(entry != match.entry for match in matches))[:MOST_CHOICES]
    rest = say("clarify_rest" if offered else "rest", turn.language) if left else ""
    text = "\n\n".join(filter(None, (compose(turn, matches), rest)))
    return _answer(turn, matches, text, _led_by(matches, turn.ranked), offered)


def _says_too_little(turn: Turn, matches: Sequence[Match]) -> bool:
    """True for "the api returns an error" and no more: it sounds like some entry, and could be any."""
    if turn.evidence or any(match.confidence >= VERBATIM for match in matches):
        return False
    return trouble.reports_trouble(turn.reading.question, turn.faq.names)


def _answered_overheard(turn: Turn) -> Result | None:
    matches = confident(turn)
    if not matches or turn.reading.vendor is not None or repeats(turn, matches):
        return None
    return _answered(turn)


def _followed_up(turn: Turn) -> Result | None:
    found = by_context(turn)
    if found is None:
        return None
    match, candidates = found
    return _answer(turn, (match,), compose(turn, (match,)), _led_by((match,), candidates))


def _asked(turn: Turn) -> Result | None:
    """An error was reported, and what decides about it is missing."""
    if len(turn.state.asked) >= MOST_ASKS:
        return None
    told = nameable(turn.evidence, turn.faq)
    kind = min((piece.kind for piece in told), key=list(Kind).index, default=None)
    strongest = tuple(piece for piece in told if piece.kind is kind)
    candidates = [match.entry for match in turn.ranked]
    entries = claiming(strongest, candidates, turn.faq)
    if len(entries) < 2:
        if not _only_reports(turn, told):
            return None
        entries = possible(strongest, candidates, turn.faq)
    without = (*turn.state.asked, *(piece.kind.value for piece in told))
    field = best_field(entries, turn.faq, without) or ("message" if "message" not in without else None)
    if field is None:
        return None
    known = facts(turn.evidence, turn.faq)
    text = f"{_so_far(turn, known)} {question_for(field, entries, turn.faq, turn.language)}".strip()
    return reply(turn, Outcome.ASK, text), replace(
        _settled(turn), asked=(*turn.state.asked, field), waiting=True, known=known
    )


def _only_reports(turn: Turn, told: Sequence[Evidence]) -> bool:
    """True when the message says that something went wrong, perhaps with what is *told*, and asks nothing else."""
    if turn.state.waiting and trouble.unsure(turn.reading.text):
        return True
    if told and not turn.reading.question:
        return True
    values = [piece.value for piece in told]
    return trouble.reports_trouble(turn.reading.question or turn.reading.text, turn.faq.names, values)


def _so_far(turn: Turn, known: tuple[Fact, ...]) -> str:
    values = tuple(fact.value.replace("*", "…").replace("`", "'") for fact in known)
    return say("known", turn.language, facts=listed(values, turn.language, "and")) if values else ""


def _clarified(turn: Turn) -> Result | None:
    near = _near(turn)
    if sum(match.confidence for match in near) < ENOUGH_TO_CLARIFY:
        return None
    offered = tuple(match.entry for match in near)
    return reply(turn, Outcome.CLARIFY, say("clarify", turn.language), offered=offered), replace(
        _settled(turn), offered=offered
    )


def _fell_back(turn: Turn) -> Result:
    offered = tuple(match.entry for match in _near(turn) if match.entry not in turn.last)
    text = (
        say("fallback_again" if turn.state.misses else "fallback", turn.language),
        hand_off(turn.faq, turn.language),
        say("nearest", turn.language) if offered else "",
    )
    after = replace(_settled(turn), offered=offered, misses=turn.state.misses + 1)
    return reply(turn, Outcome.FALLBACK, *text, offered=offered), after


def _near(turn: Turn) -> tuple[Match, ...]:
    return tuple(match for match in turn.ranked if match.confidence >= NEAR)[:MOST_CHOICES]


def _led_by(matches: Sequence[Match], others: Sequence[Match]) -> tuple[Match, ...]:
    """The candidates with those answered in front; a candidate has one place."""
    answered = {match.entry for match in matches}
    return (*matches, *(match for match in others if match.entry not in answered))


_STEPS: tuple[Step, ...] = (
    _picked,
    _chatted,
    _to_a_human,
    _of_another_vendor,
    _said_again,
    _announced,
    _unhelped,
    _answered,
    _to_somebody,
    _followed_up,
    _asked,
    _clarified,
    _fell_back,
)
_OVERHEARD: tuple[Step, ...] = (_picked, _answered_overheard, _fell_back)
