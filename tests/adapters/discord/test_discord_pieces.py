"""The small pieces: cooldowns, rules, notes of origin, files, suggestions and log lines."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.commands import SUGGESTIONS, suggested, suggestion, suggestions
from adapters.discord.cooldown import Cooldowns, Leave
from adapters.discord.files import origin_of, sniff
from adapters.discord.origin import Origin
from adapters.discord.panel import changed, cleared, shown
from adapters.discord.quiet import discreet
from adapters.discord.rules import USUAL, Rules
from bot.faq.content import Faq
from tests.conversation.fakes import FAQ, entry

IDS = st.integers(1, 2**63).map(str)
RULES = st.builds(
    Rules,
    auto=st.frozensets(IDS, max_size=3),
    language=st.sampled_from(["", "en", "zh"]),
    hand_off_role=st.just("") | IDS,
    hand_off_channel=st.just("") | IDS,
    quiet=st.booleans(),
    solved_tag=st.text(max_size=20),
    unread_posts=st.sampled_from(["title", "hint"]),
)


# ---- cooldowns


def test_a_burst_is_taken_then_told_then_dropped_and_comes_back_with_time() -> None:
    cooldowns = Cooldowns(burst=2, refill=10.0)

    leaves = [cooldowns.ask("asker", now) for now in (0.0, 0.0, 0.0, 1.0, 10.0, 10.0)]

    taken, told, dropped = Leave.TAKEN, Leave.TOLD, Leave.DROPPED
    assert leaves == [taken, taken, told, dropped, taken, told]
    assert cooldowns.ask("neighbour", 0.0) is taken


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing() -> None:
    cooldowns = Cooldowns(burst=2, refill=10.0)
    cooldowns.ask("asker", 100.0)

    assert [cooldowns.ask("asker", 0.0) for _ in range(2)] == [Leave.TAKEN, Leave.TOLD]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=80))
def test_never_more_than_the_burst_and_what_came_back(moments: list[float]) -> None:
    cooldowns = Cooldowns(burst=5, refill=10.0)

    taken = [cooldowns.ask("asker", moment) for moment in sorted(moments)].count(Leave.TAKEN)

    assert taken <= 5 + (max(moments) - min(moments)) / 10.0 + 1e-6


def test_an_answer_is_repeated_in_another_channel_and_after_a_while() -> None:
    cooldowns = Cooldowns(repeated_after=60.0)

    assert not cooldowns.says_again(("a",), "one", 0.0)
    assert cooldowns.says_again(("a",), "one", 59.0)
    assert not cooldowns.says_again(("a", "b"), "one", 59.0)
    assert not cooldowns.says_again(("a",), "two", 59.0)
    assert not cooldowns.says_again(("a",), "one", 120.0)
    assert not cooldowns.says_again((), "one", 120.0)


def test_only_so_many_people_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.cooldown.MOST", 3)
    cooldowns = Cooldowns(burst=1, refill=1e9)

    leaves = [cooldowns.ask(name, 0.0) for name in ("a", "b", "c", "d", "a")]

    assert leaves == [Leave.TAKEN] * 5


# ---- rules and origins


@given(RULES)
def test_rules_come_back_from_what_is_kept(rules: Rules) -> None:
    assert Rules.from_mapping(rules.to_mapping()) == rules


def test_usual_rules_are_kept_as_nothing_and_unknown_ones_are_passed_over() -> None:
    assert USUAL.to_mapping() == {}
    assert Rules.from_mapping({"from_a_later_version": 1}) == USUAL


@given(RULES, IDS)
def test_a_channel_is_taken_in_and_out_again(rules: Rules, channel: str) -> None:
    assert changed(changed(rules, auto=channel), auto=channel) == rules


def test_what_is_not_given_stays_and_what_is_cleared_is_as_by_default() -> None:
    rules = Rules(language="zh", quiet=True)

    assert changed(rules, language=None, quiet=False) == Rules(language="zh")
    assert cleared(rules, "language") == Rules(quiet=True)
    assert cleared(rules, None) == rules


def test_an_admin_sees_every_setting() -> None:
    text = shown(Rules(frozenset({"7"}), "zh", "8", "9", quiet=True, solved_tag="done`"), "en")

    assert all(part in text for part in ("<#7>", "zh", "<@&8>", "<#9>", "✓", "`done'`", "`title`"))


@given(
    st.builds(
        Origin,
        st.integers(1, 2**63),
        st.integers(0, 2**63),
        st.text(),
        private=st.booleans(),
        outside=st.booleans(),
        diagnosis=st.booleans(),
        forum=st.booleans(),
        files=st.lists(st.integers(1, 2**63), max_size=3).map(tuple),
    )
)
def test_an_origin_comes_back_from_its_json(origin: Origin) -> None:
    assert Origin.from_json(origin.to_json()) == origin


# ---- files


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"plain\n\ttext\x1b[31m", "plain\n\ttext\x1b[31m"),
        ("中文".encode(), "中文"),
        ("中文".encode("utf-8-sig"), "中文"),
        ("text".encode("utf-16"), "text"),
        ("中".encode("utf-16-be").join([b"\xfe\xff", b""]), "中"),
        (b"caf\xe9", "caf\ufffd"),
        (b"a" * 5_000 + b"\0b", "a" * 5_000 + "b"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None),
        (b"\x1f\x8b\x08\x00\x00", None),
        (bytes(range(1, 9)) * 9, None),
        (b"", None),
    ],
)
def test_only_text_is_text_whatever_it_is_called(content: bytes, text: str | None) -> None:
    assert sniff(content) == text


@given(st.binary(max_size=200))
def test_any_content_is_text_without_nul_or_nothing(content: bytes) -> None:
    assert "\0" not in (sniff(content) or "")


def test_a_host_is_told_by_scheme_name_and_port() -> None:
    assert origin_of("https://cdn.discordapp.com/attachments/1/2/a.log?ex=1") == "https://cdn.discordapp.com"
    assert origin_of("https://cdn.discordapp.com@evil.example/") != "https://cdn.discordapp.com"
    assert origin_of("http://127.0.0.1:8/api/v10") == "http://127.0.0.1:8"


# ---- suggestions


def test_suggestions_begin_with_what_was_typed_and_are_bounded() -> None:
    many = Faq("", ("en",), tuple(entry(f"e{number}", f"Question {number} on keys?", "A.") for number in range(60)))

    assert len(suggestions(many, "", "en")) == len(suggestions(many, "keys", "en")) == SUGGESTIONS
    assert suggestions(many, "question 7 ", "en")[0] == "Question 7 on keys?"
    assert suggestions(many, "nothing like it", "en") == []


def test_a_suggestion_that_was_cut_short_still_means_its_entry() -> None:
    faq = Faq("", ("en",), (entry("long", "Why? " * 50, "A."), entry("short", "Why so…", "B.")))
    title = suggestion(faq.entries[0], "en", faq)

    found = suggested(faq, title)

    assert len(title) <= 100
    assert found is not None
    assert found.entry == "long"
    assert suggested(faq, "Does file upload incur charges?") is None
    assert suggested(faq, "what about…") is None


def test_suggestions_speak_the_asker_s_language_where_there_are_words() -> None:
    assert suggestions(FAQ, "429", "zh")[0] == "如何处理 429 限流错误？"
    assert suggestions(FAQ, "deployment", "zh") == ["Is on-premises deployment supported?"]


# ---- log lines


def test_the_library_s_lines_show_no_token_and_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    library = logging.getLogger("discord.http")
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "discord")  # whatever another test left there
    caplog.set_level(logging.NOTSET, "discord.http")

    with discreet():
        library.debug("payload: words of a person")
        library.warning("rate limited: %s", "POST https://d.example/api/v10/webhooks/7/secret-token/messages/@original")
        logging.getLogger("discord.client").warning("PyNaCl is not installed, voice will NOT be supported")
        try:
            int("words of a person")
        except ValueError:
            library.exception("Ignoring exception in %s", "on_message")
    library.debug("as before")

    assert caplog.messages == [
        "rate limited: POST https://d.example/api/v10/webhooks/7/…/messages/@original",
        "Ignoring exception in on_message (ValueError)",
        "as before",
    ]
    assert not any(record.exc_info for record in caplog.records)
