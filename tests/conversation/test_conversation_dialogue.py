from dataclasses import replace

import pytest

from bot.conversation.asking import best_field, possible
from bot.conversation.wording import vendor
from bot.faq.content import ErrorPattern, Faq
from bot.model import Outcome
from tests.conversation.fakes import FAQ, TABLE, TableRanker, Talk, entry

UNSURE = "what about my account?"
PLAIN_FAQ = Faq("", ("en",), (entry("a", "What is a?", "This."), entry("b", "What is b?", "That.")))


def test_near_candidates_are_put_as_choices_with_none_of_these_last() -> None:
    reply = Talk().say(UNSURE)

    assert (reply.outcome, reply.confidence) == (Outcome.CLARIFY, 0.45)
    assert [(choice.label, choice.entry) for choice in reply.choices] == [
        ("How to handle 403 insufficient balance error?", "balance-403"),
        ("Is there a relationship between Kimi membership and API concurrency?", "membership-vs-concurrency"),
        ("None of these", None),
    ]


@pytest.mark.parametrize(
    ("pick", "entries"),
    [
        ("1", ("balance-403",)),
        ("#2", ("membership-vs-concurrency",)),
        ("the second one please", ("membership-vs-concurrency",)),
        ("option 2", ("membership-vs-concurrency",)),
        ("第一个", ("balance-403",)),
        ("第二个吧", ("membership-vs-concurrency",)),
        ("How to handle 403 insufficient balance error?", ("balance-403",)),
        ("how to handle 403 insufficient balance error", ("balance-403",)),
        ("both", ("balance-403", "membership-vs-concurrency")),
    ],
)
def test_a_choice_is_picked_by_number_or_by_label(pick: str, entries: tuple[str, ...]) -> None:
    talk = Talk()
    talk.say(UNSURE)

    reply = talk.say(pick)

    assert (reply.outcome, reply.entries, reply.confidence) == (Outcome.ANSWER, entries, 1.0)


@pytest.mark.parametrize(
    "none", ["3", "none", "none of these", "None of these", "neither", "都不是", "no", "以上都不是"]
)
def test_none_of_the_choices_leads_to_a_person(none: str) -> None:
    talk = Talk()
    talk.say(UNSURE)

    reply = talk.say(none)

    assert (reply.outcome, reply.choices) == (Outcome.FALLBACK, ())
    assert "help.example" in reply.text


@pytest.mark.parametrize("text", ["4", "9", "is upload free?", "429"])
def test_what_picks_no_choice_is_read_as_a_new_message(text: str) -> None:
    talk = Talk()
    talk.say(UNSURE)

    assert talk.say(text).entries in ((), ("file-upload-charges",), ("rate-limit-429",))


def test_choices_are_gone_once_something_else_was_said() -> None:
    talk = Talk()
    talk.say(UNSURE)
    talk.say("is upload free?")

    assert talk.say("2").outcome is Outcome.FALLBACK


def test_thanks_in_between_leave_the_choices_open() -> None:
    talk = Talk()
    talk.say(UNSURE)
    talk.say("thanks")

    assert talk.say("1").entries == ("balance-403",)


def test_a_single_plausible_entry_is_put_as_a_choice_and_taken_by_yes() -> None:
    talk = Talk(ranker=TableRanker({"thing": {"on-premises": 0.6}}))
    reply = talk.say("what about the thing")

    assert (reply.outcome, len(reply.choices)) == (Outcome.CLARIFY, 2)
    assert talk.say("yes").entries == ("on-premises",)


def test_an_implausible_lot_is_no_choice_but_the_nearest_are_offered() -> None:
    reply = Talk().say("invoice?")

    assert reply.outcome is Outcome.FALLBACK
    assert [choice.entry for choice in reply.choices] == ["balance-403", None]
    assert reply.text.endswith("The nearest that I have:")


@pytest.mark.parametrize(
    "text",
    [
        "it doesn't work",
        "got an error",
        "error code?",
        "kimi is broken",
        "help, nothing works!!",
        "报错了",
        "kimi 报错了怎么办",
    ],
)
def test_a_bare_complaint_is_asked_for_the_field_that_splits_best(text: str) -> None:
    reply = Talk().say(text)

    assert reply.outcome is Outcome.ASK
    assert "`error.type`" in reply.text


def test_the_field_asked_for_is_read_from_the_next_message_with_what_was_known() -> None:
    talk = Talk()
    first = talk.say("400")

    reply = talk.say("it is content_filter")

    assert (first.outcome, "So far I have `400`" in first.text) == (Outcome.ASK, True)
    assert reply.entries == ("content-filter-400",)


def test_it_is_asked_twice_in_a_thread_and_no_more() -> None:
    talk = Talk()

    outcomes = [talk.say(text).outcome for text in ("it fails", "no idea", "dunno", "it fails")]

    assert outcomes == [Outcome.ASK, Outcome.ASK, Outcome.FALLBACK, Outcome.FALLBACK]


def test_a_faq_without_errors_asks_for_the_words_of_the_error() -> None:
    reply = Talk(PLAIN_FAQ).say("it doesn't work")

    assert reply.outcome is Outcome.ASK
    assert reply.text == "What does the error say, word for word? The line with the message is enough."


def test_nothing_more_is_asked_where_nothing_more_would_tell() -> None:
    talk = Talk(PLAIN_FAQ)
    talk.say("it doesn't work")

    assert talk.say("no idea").outcome is Outcome.FALLBACK


def test_a_bare_paste_that_tells_too_little_is_asked_about() -> None:
    assert Talk().say("```\n404\n```").outcome is Outcome.ASK


def test_a_label_in_another_language_of_the_faq_is_a_pick() -> None:
    talk = Talk()
    talk.say(UNSURE)

    assert talk.say("如何处理 403 余额不足错误？").entries == ("balance-403",)


@pytest.mark.parametrize(
    ("patterns", "field"),
    [
        ([ErrorPattern(status=400), ErrorPattern(status=401)], "status"),
        ([ErrorPattern(type="x"), ErrorPattern(type="y")], "type"),
        ([ErrorPattern(type="x", status=400), ErrorPattern(type="y", status=401)], "type"),
        ([ErrorPattern(type="x", status=400), ErrorPattern(type="x", status=401)], "status"),
        ([ErrorPattern(message="x"), ErrorPattern(message="y")], "message"),
        ([ErrorPattern(exception="X"), ErrorPattern(exception="Y")], "exception"),
        ([ErrorPattern(type="x"), ErrorPattern(type="x")], None),
        ([ErrorPattern(type="x")], None),
        ([], None),
    ],
)
def test_the_best_field_leaves_the_fewest_entries(patterns: list[ErrorPattern], field: str | None) -> None:
    entries = tuple(entry(f"e{n}", "Q?", "A.", errors=(pattern,)) for n, pattern in enumerate(patterns))

    assert best_field(entries, Faq("", ("en",), entries), ()) == field


def test_the_host_is_asked_for_where_only_hosts_tell_entries_apart() -> None:
    entries = (
        entry("inside", "A?", "Call api.inside.example.", errors=(ErrorPattern(status=401),)),
        entry("outside", "B?", "Call api.outside.example.", errors=(ErrorPattern(status=401),)),
    )
    faq = Faq("", ("en",), entries, names=("api.inside.example", "api.outside.example"))

    reply = Talk(faq, TableRanker({})).say("it fails")

    assert reply.text.startswith("Which host do you call")
    assert "`api.inside.example` or `api.outside.example`" in reply.text


def test_an_entry_that_names_another_value_is_ruled_out() -> None:
    evidence = Talk().say("400").evidence

    left = {found.id for found in possible(evidence, (), FAQ)}

    assert "content-filter-400" in left
    assert not left & {"auth-401", "balance-403", "rate-limit-429", "on-premises"}


@pytest.mark.parametrize(
    ("first", "then", "entries"),
    [
        ("429", "and 403?", ("balance-403",)),
        ("is upload free?", "how much is that?", ("file-upload-charges",)),
        ("is upload free?", "and the search?", ("web-search-sources",)),
        ("429", "would allegretto do that", ("membership-vs-concurrency",)),
        ("can we run it ourselves", "who do I email?", ("on-premises",)),
        ("can we run it ourselves", "and from Switzerland?", ("outside-china",)),
        ("401", "the key is from another platform", ("auth-401",)),
        ("上传要钱吗", "那多少钱？", ("file-upload-charges",)),
        ("does it work from Switzerland", "through which api?", ("outside-china",)),
    ],
)
def test_a_follow_up_leans_on_the_answer_before_it(first: str, then: str, entries: tuple[str, ...]) -> None:
    talk = Talk(ranker=ContextRanker())
    talk.say(first)

    reply = talk.say(then)

    assert (reply.outcome, reply.entries) == (Outcome.ANSWER, entries)
    assert reply.candidates[0].entry == entries[0]


@pytest.mark.parametrize(
    "then",
    [
        "invoice?",
        "and the invoice?",
        "and pizza?",
        "third, sneaky one: openai prices?",
        "what is that?",
        "how do I bake a cake with a lot of chocolate and very little sugar for my children today?",
    ],
)
def test_the_answer_before_is_no_answer_to_another_topic(then: str) -> None:
    talk = Talk(ranker=ContextRanker())
    talk.say("403")

    assert talk.say(then).outcome is not Outcome.ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "ok so its separate. ty",
        "works now, thanks!",
        "that fixed it",
        "got it",
        "oh so I need a membership, thanks",
        "好的谢谢",
        "解决了",
    ],
)
def test_a_closing_word_is_taken_as_one(text: str) -> None:
    talk = Talk(ranker=ContextRanker())
    talk.say("429")

    assert talk.say(text).outcome is Outcome.SMALL_TALK


@pytest.mark.parametrize(
    "text", ["thanks, and is upload free?", "works but is upload free, thanks", "still 403, thanks"]
)
def test_a_question_with_thanks_is_a_question(text: str) -> None:
    talk = Talk()
    talk.say("429")

    assert talk.say(text).outcome is Outcome.ANSWER


@pytest.mark.parametrize(
    "text", ["still the same", "didn't help", "that does not work", "same error", "还是不行", "没用"]
)
def test_an_answer_that_did_not_help_is_not_repeated(text: str) -> None:
    talk = Talk()
    answered = talk.say("429")

    reply = talk.say(text)

    assert reply.outcome is Outcome.CLARIFY
    assert [choice.entry for choice in reply.choices] == ["membership-vs-concurrency", "balance-403", None]
    assert answered.text not in reply.text
    assert "help.example" in reply.text


def test_an_error_that_is_still_there_is_pointed_to_with_what_else_it_may_be() -> None:
    talk = Talk()
    answered = talk.say("429")

    reply = talk.say("still 429")

    assert (reply.outcome, reply.entries) == (Outcome.ANSWER, ("rate-limit-429",))
    assert [choice.entry for choice in reply.choices] == ["membership-vs-concurrency", "balance-403", None]
    assert answered.text not in reply.text
    assert "As above" in reply.text


def test_a_new_error_that_tells_too_little_is_asked_about() -> None:
    talk = Talk()
    talk.say("429")

    assert talk.say("still broken, now 400").outcome is Outcome.ASK


def test_a_complaint_about_another_topic_is_no_complaint_about_the_answer() -> None:
    talk = Talk()
    talk.say("429")

    reply = talk.say("the printer does not work")

    assert "not enough" not in reply.text


def test_an_aspect_that_the_answer_before_has_nothing_on_is_not_leaned_on() -> None:
    talk = Talk(ranker=ContextRanker())
    talk.say("is upload free?")

    assert talk.say("who do I email?").outcome is Outcome.FALLBACK


def test_the_answer_before_a_fallback_is_not_leaned_on() -> None:
    talk = Talk(ranker=ContextRanker())
    talk.say("is upload free?")
    talk.say("can I get my money back?")

    assert talk.say("how much is that?").outcome is Outcome.FALLBACK


def test_a_related_entry_that_alone_speaks_of_a_named_plan_is_meant() -> None:
    talk = Talk(ranker=TableRanker({"429": {}}))
    talk.faq = replace(FAQ, names=(*FAQ.names, "allegretto"))
    talk.say("429")

    assert talk.say("would allegretto do that").entries == ("membership-vs-concurrency",)


def test_a_new_topic_that_is_plausible_keeps_the_answer_before_from_being_given() -> None:
    talk = Talk(ranker=TableRanker({**TABLE, "tokens": {"context-length-400": 0.5}}))
    talk.say("is upload free?")

    reply = talk.say("and how are the tokens counted")

    assert reply.entries == ()


def test_a_single_choice_that_was_passed_over_is_leaned_on() -> None:
    deployed = {"Is on-premises deployment supported?".lower(): {"on-premises": 0.9}}
    talk = Talk(ranker=TableRanker({"thing": {"on-premises": 0.6}, **deployed}))
    talk.say("what about the thing")

    assert talk.say("who do I email?").entries == ("on-premises",)


def test_somebody_is_called_only_where_no_answer_fits() -> None:
    answered = Talk().say("can I talk to someone about on-premises deployment")
    handed_off = Talk().say("can I talk to someone about my shoes")

    assert (answered.outcome, handed_off.outcome) == (Outcome.ANSWER, Outcome.HAND_OFF)


def test_an_answer_that_did_not_help_and_has_nothing_related_leads_to_a_person() -> None:
    talk = Talk()
    talk.say("is upload free?")

    reply = talk.say("still the same")

    assert (reply.outcome, reply.choices) == (Outcome.FALLBACK, ())
    assert "help.example" in reply.text


def test_a_new_error_after_an_unhelpful_answer_is_answered() -> None:
    talk = Talk()
    talk.say("429")

    assert talk.say("did that, still not working, now 403").entries == ("balance-403",)


@pytest.mark.parametrize("text", ["human please", "can I talk to a person?", "I want a real person", "转人工", "agent"])
def test_a_call_for_a_person_is_handed_off(text: str) -> None:
    reply = Talk().say(text)

    assert reply.outcome is Outcome.HAND_OFF
    assert "help.example" in reply.text


def test_a_thread_that_is_a_person_s_is_quiet_until_the_bot_is_addressed() -> None:
    talk = Talk()
    talk.say("human please")

    overheard = talk.say("is upload free?", addressed=False)
    addressed = talk.say("is upload free?")
    later = talk.say("search cost", addressed=False)

    assert (overheard.outcome, overheard.text) == (Outcome.SILENCE, "")
    assert addressed.outcome is Outcome.ANSWER
    assert later.outcome is Outcome.ANSWER


def test_another_vendor_is_named_and_left_alone() -> None:
    reply = Talk().say("is the upload free at openai?")

    assert (reply.outcome, reply.entries) == (Outcome.FALLBACK, ())
    assert "This looks like OpenAI, not Kimi API" in reply.text


@pytest.mark.parametrize(("language", "named"), [("en", "a server of your own"), ("zh", "你自己的服务器")])
def test_a_vendor_without_a_name_is_described_in_the_language_of_the_reply(language: str, named: str) -> None:
    assert vendor("own server", language) == named
    assert vendor("OpenAI", language) == "OpenAI"


def test_a_fallback_does_not_offer_what_was_just_answered() -> None:
    talk = Talk(ranker=TableRanker({**TABLE, "bees": {"balance-403": 0.2, "on-premises": 0.2}}))
    talk.say("403")

    assert [choice.entry for choice in talk.say("what do bees eat all day?").choices] == ["on-premises", None]


def test_the_second_fallback_in_a_row_is_worded_otherwise() -> None:
    talk = Talk()

    first, second = talk.say("tell me a joke"), talk.say("tell me a story")

    assert (first.outcome, second.outcome) == (Outcome.FALLBACK, Outcome.FALLBACK)
    assert first.text != second.text


@pytest.mark.parametrize(
    "text", ["Hi, two questions", "I have a question", "quick question", "can I ask something?", "有个问题想请教一下"]
)
def test_announced_questions_are_invited(text: str) -> None:
    assert Talk().say(text).outcome is Outcome.ASK


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("is upload free?", Outcome.ANSWER),
        ("what about my account?", Outcome.SILENCE),
        ("hello", Outcome.SILENCE),
        ("human please", Outcome.SILENCE),
        ("it doesn't work", Outcome.SILENCE),
        ("is the upload free at openai?", Outcome.SILENCE),
        ("", Outcome.SILENCE),
    ],
)
def test_overheard_messages_get_a_confident_answer_or_silence(text: str, outcome: Outcome) -> None:
    talk = Talk()

    reply = talk.say(text, addressed=False)

    assert reply.outcome is outcome
    assert (reply.text == "") == (outcome is Outcome.SILENCE)


def test_silence_still_carries_the_candidates() -> None:
    reply = Talk().say("what about my account?", addressed=False)

    assert [match.entry for match in reply.candidates] == ["balance-403", "membership-vs-concurrency"]


def test_an_overheard_question_is_not_answered_twice_in_a_row() -> None:
    talk = Talk()
    talk.say("is upload free?", addressed=False)

    assert talk.say("so upload is free?", addressed=False).outcome is Outcome.SILENCE


def test_an_overheard_pick_of_an_offered_choice_is_answered() -> None:
    talk = Talk()
    talk.say(UNSURE)

    assert talk.say("2", addressed=False).entries == ("membership-vs-concurrency",)


def test_an_entry_that_the_faq_lost_is_forgotten() -> None:
    talk = Talk()
    talk.say("429")
    talk.faq = replace(FAQ, entries=tuple(found for found in FAQ.entries if found.id == "on-premises"))

    assert talk.say("still the same").outcome is not Outcome.CLARIFY


class ContextRanker(TableRanker):
    """Also knows entries by the words of their questions, as the joined form of a follow-up holds them."""

    def __init__(self) -> None:
        words = {found.wordings[code].question.lower(): found.id for found in FAQ.entries for code in found.wordings}
        table = {question: {name: 0.9} for question, name in words.items()}
        super().__init__({**TABLE, **table})
