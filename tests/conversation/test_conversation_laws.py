import string

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Shared, State, decide
from bot.conversation.state import Fact
from bot.model import Kind, Outcome, Reply
from tests.conversation.fakes import FAQ, TABLE, PlainReader, TableRanker, Talk

# Every remark also looks a little like some entry, as remarks do to a real ranker.
NOISY = TableRanker({**TABLE, **{letter: {"file-upload-charges": 0.3, "balance-403": 0.2} for letter in "aeio"}})

COMMON = st.sampled_from(
    [
        "hi",
        "thanks",
        "429",
        "and 403?",
        "400",
        "it doesn't work",
        "still the same",
        "is upload free?",
        "what about my account?",
        "how much is that?",
        "2",
        "none",
        "again",
        "human please",
        "two questions",
        "is upload free? search cost?",
        "openai?",
        "上传要钱吗",
        "报错了",
        "都不是",
        "",
    ]
)
TEXTS = st.one_of(COMMON, st.text(max_size=60))
TALKS = st.lists(st.tuples(TEXTS, st.booleans()), min_size=1, max_size=6)
NAMES = st.text(string.ascii_lowercase, min_size=1, max_size=8)
ENTRIES = st.lists(NAMES, max_size=3).map(tuple)
SHARED = st.builds(Shared, ENTRIES, st.booleans(), NAMES, st.booleans())
STATES = st.builds(
    State,
    shared=SHARED,
    answered=ENTRIES,
    offered=ENTRIES,
    asked=ENTRIES,
    waiting=st.booleans(),
    known=st.lists(st.builds(Fact, st.sampled_from(Kind), st.text(max_size=9)), max_size=3).map(tuple),
    language=st.sampled_from(["", "en", "zh"]),
    misses=st.integers(0, 9),
)


def hold(talk: list[tuple[str, bool]]) -> list[Reply]:
    conversation = Talk(ranker=NOISY)
    return [conversation.say(text, addressed=addressed) for text, addressed in talk]


@given(TALKS)
def test_an_addressed_message_always_gets_some_reply(talk: list[tuple[str, bool]]) -> None:
    replies = hold(talk)

    assert all(reply.text for reply, (_, addressed) in zip(replies, talk, strict=True) if addressed)


@given(TALKS)
def test_an_overheard_message_gets_an_answer_or_silence(talk: list[tuple[str, bool]]) -> None:
    replies = hold(talk)

    heard = [reply for reply, (_, addressed) in zip(replies, talk, strict=True) if not addressed]
    assert {reply.outcome for reply in heard} <= {Outcome.ANSWER, Outcome.SILENCE}


@given(TALKS)
def test_a_reply_is_silent_exactly_where_it_has_no_text(talk: list[tuple[str, bool]]) -> None:
    assert all((reply.text == "") == (reply.outcome is Outcome.SILENCE) for reply in hold(talk))


@given(TALKS)
def test_only_an_answer_has_entries_and_it_has_each_once(talk: list[tuple[str, bool]]) -> None:
    for reply in hold(talk):
        assert bool(reply.entries) == (reply.outcome is Outcome.ANSWER)
        assert len(set(reply.entries)) == len(reply.entries) <= 3


@given(TALKS)
def test_candidates_are_at_most_five_different_entries_led_by_those_answered(talk: list[tuple[str, bool]]) -> None:
    for reply in hold(talk):
        named = [match.entry for match in reply.candidates]
        assert len(set(named)) == len(named) <= 5
        assert tuple(named[: len(reply.entries)]) == reply.entries
        assert all(0 <= match.confidence <= 1 for match in reply.candidates)


@given(TALKS)
def test_choices_end_with_none_of_these_and_are_few(talk: list[tuple[str, bool]]) -> None:
    for reply in hold(talk):
        assert len(reply.choices) <= 4
        assert [choice.entry for choice in reply.choices].count(None) == bool(reply.choices)
        assert not reply.choices or reply.choices[-1].entry is None


@given(TALKS, st.text("qxjkvz", min_size=12, max_size=20))
def test_no_word_of_the_asker_comes_back(talk: list[tuple[str, bool]], word: str) -> None:
    replies = hold([(f"{text} {word}", addressed) for text, addressed in talk])

    assert all(word not in reply.text for reply in replies)


@given(TALKS)
def test_at_most_two_fields_are_asked_for(talk: list[tuple[str, bool]]) -> None:
    conversation = Talk()
    for text, addressed in talk:
        conversation.say(text, addressed=addressed)

    assert len(conversation.state.asked) <= 2


@given(TEXTS, STATES, st.booleans())
def test_deciding_is_a_function_of_its_arguments(text: str, state: State, addressed: bool) -> None:
    reading = PlainReader().read(text)

    once = decide(reading, state, FAQ, TableRanker(), addressed=addressed)

    assert decide(reading, state, FAQ, TableRanker(), addressed=addressed) == once


@given(STATES)
def test_a_state_survives_being_kept(state: State) -> None:
    assert State.from_json(state.to_json()) == state
    assert Shared.from_json(state.shared.to_json()) == state.shared


def test_a_state_of_another_version_or_none_is_a_fresh_one() -> None:
    assert State.from_json(None) == State.from_json('{"version": 0}') == State()
    assert Shared.from_json(None) == Shared.from_json('{"version": 0}') == Shared()
