from dataclasses import replace

import pytest

from bot.conversation import State, decide
from bot.conversation.answering import fitting_line
from bot.faq.content import Faq, Wording
from bot.model import Evidence, Incident, Kind, Outcome, Reading
from tests.conversation.fakes import FAQ, PlainReader, TableRanker, Talk, entry


def test_a_confident_match_is_answered_under_its_question_with_its_confidence() -> None:
    reply = Talk().say("does an upload cost anything?")

    assert (reply.outcome, reply.entries, reply.confidence) == (Outcome.ANSWER, ("file-upload-charges",), 0.95)
    assert reply.text.startswith("**Does file upload incur charges?**\n\nUploading is free.")


def test_several_questions_are_answered_in_their_order_each_entry_once() -> None:
    reply = Talk().say("what is the search cost? is upload free? and to upload twice?")

    assert reply.entries == ("web-search-sources", "file-upload-charges")
    assert reply.text.index("Sources for web search?") < reply.text.index("Does file upload incur charges?")


@pytest.mark.parametrize(("settled", "entries"), [(False, ("auth-401", "rate-limit-429")), (True, ("rate-limit-429",))])
def test_errors_side_by_side_are_answered_unless_one_is_over(settled: bool, entries: tuple[str, ...]) -> None:
    first, second = Evidence(Kind.STATUS, "401", 1, 1), Evidence(Kind.STATUS, "429", 1, 18)
    reading = Reading(
        text="401 on one, also 429",
        question="401 on one, also 429",
        parts=("401 on one", "429"),
        language="en",
        incidents=(Incident((first,), settled=settled), Incident((second,))),
        evidence=(second,),
    )

    reply, _ = decide(reading, State(), FAQ, TableRanker(), addressed=True)

    assert reply.entries == entries


def test_more_than_three_questions_get_three_answers() -> None:
    reply = Talk().say("upload? search cost? membership? deployment?")

    assert len(reply.entries) == 3


def test_the_confidence_of_several_answers_is_that_of_the_least_sure() -> None:
    reply = Talk().say("is upload free? can we run it ourselves?")

    assert reply.confidence == 0.9


def test_a_question_that_goes_unanswered_beside_an_answered_one_is_admitted() -> None:
    reply = Talk().say("is upload free? how do I bake a pizza?")

    assert reply.entries == ("file-upload-charges",)
    assert reply.text.endswith("To the rest of your message I have no reviewed answer.")


def test_a_question_that_is_plausible_beside_an_answered_one_is_put_as_a_choice() -> None:
    talk = Talk()

    reply = talk.say("is upload free? what does the search give?")

    assert reply.entries == ("file-upload-charges",)
    assert [choice.entry for choice in reply.choices] == ["web-search-sources", None]
    assert talk.say("1").entries == ("web-search-sources",)


def test_pasted_evidence_is_answered_before_the_other_questions() -> None:
    reply = Talk().say("what happened here? is upload free?\n```\nexceeded_current_quota_error\n```")

    assert reply.entries == ("balance-403", "file-upload-charges")


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("429", "`429`: **How"),
        ("exceeded_current_quota_error", "`exceeded_current_quota_error`: **How"),
        ("status 403 exceeded_current_quota_error", "`403` with `exceeded_current_quota_error`: **How"),
        ("log\nHTTP 403\nexceeded_current_quota_error", "`403` with `exceeded_current_quota_error`, line 3: **How"),
        (
            "429 exceeded_current_quota_error",
            (
                "The status is `429`, which alone would be “How to handle 429 rate limit error?”,"
                " but `exceeded_current_quota_error` decides: **How"
            ),
        ),
        (
            "HTTP 429\nexceeded_current_quota_error",
            (
                "The status is `429`, which alone would be “How to handle 429 rate limit error?”,"
                " but `exceeded_current_quota_error` decides (line 2): **How"
            ),
        ),
    ],
)
def test_the_answer_names_the_evidence_that_led_to_it(text: str, opening: str) -> None:
    assert Talk().say(text).text.startswith(opening)


def test_the_evidence_is_named_in_the_language_of_the_question() -> None:
    reply = Talk().say("这是什么错误？\n429 exceeded_current_quota_error")

    assert reply.text.startswith(
        "状态码是 `429`，单看它会是“如何处理 429 限流错误？”，"
        "但起决定作用的是 `exceeded_current_quota_error`（第 2 行）： **如何处理 403"
    )
    assert "其余部分" not in reply.text


def test_an_error_type_that_the_faq_does_not_know_is_not_echoed() -> None:
    reply = Talk().say("429 my_very_own_error")

    assert reply.entries == ("rate-limit-429",)
    assert "my_very_own_error" not in reply.text


def test_the_same_answer_again_is_only_pointed_to_with_the_line_that_fits() -> None:
    talk = Talk()
    talk.say("429")

    reply = talk.say("how do i get a higher limit")

    assert reply.entries == ("rate-limit-429",)
    assert reply.text == "As above, **How to handle 429 rate limit error?**: Top up to raise the limit of your tier."


def test_an_answer_is_given_in_full_again_where_another_came_between() -> None:
    talk = Talk()
    first = talk.say("is upload free?")
    talk.say("search cost")

    assert talk.say("is upload free?").text == first.text


@pytest.mark.parametrize("again", ["again", "can you repeat that please?", "repeat", "say that again", "再说一遍"])
def test_the_answer_is_given_in_full_to_whoever_asks_for_it_again(again: str) -> None:
    talk = Talk()
    first = talk.say("is upload free?")

    reply = talk.say(again)

    assert (reply.outcome, reply.entries) == (Outcome.ANSWER, ("file-upload-charges",))
    assert len(reply.text) > 0
    assert reply.text.count("\n\n") == first.text.count("\n\n")


def test_a_live_secret_is_warned_of_by_its_stand_in_and_passed_on() -> None:
    reply = Talk().say("is upload free with sk-EXAMPLE000?")

    assert reply.live_secret
    assert [secret.stand_in for secret in reply.secrets] == ["<KEY_1>"]
    assert "`<KEY_1>`" in reply.text.splitlines()[0]
    assert "sk-EXAMPLE" not in reply.text


@pytest.mark.parametrize(
    ("text", "language", "title"),
    [
        ("上传要钱吗", "zh", "上传文件收费吗？"),
        ("is upload free", "en", "Does file upload incur charges?"),
        ("search cost 是多少", "zh", "Sources for web search?"),
    ],
)
def test_the_reply_is_in_the_asker_s_language_where_the_entry_has_it(text: str, language: str, title: str) -> None:
    reply = Talk().say(text)

    assert (reply.language, title in reply.text) == (language, True)


@pytest.mark.parametrize("before", ["上传要钱吗", "你好"])
def test_a_bare_code_is_answered_in_the_language_of_the_words_before_it(before: str) -> None:
    talk = Talk()
    talk.say(before)

    assert talk.say("429?").language == "zh"


def test_a_language_that_the_faq_lacks_gets_the_first_of_the_faq() -> None:
    reading = replace(PlainReader().read("upload gratis?"), language="es")

    reply, _ = decide(reading, State(), FAQ, TableRanker(), addressed=True)

    assert (reply.language, reply.entries) == ("en", ("file-upload-charges",))


def test_a_faq_in_a_language_that_the_bot_does_not_speak_is_answered_from() -> None:
    wording = {"de": Wording("Kostet das Hochladen?", "Nein.")}
    faq = Faq("", ("de",), (replace(entry("file-upload-charges", "", ""), wordings=wording),))

    assert Talk(faq).say("upload").text == "**Kostet das Hochladen?**\n\nNein."
    assert Talk(faq).say("hello").text == "Hello! Ask me about this product, or paste the error that you see."


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("who do I email?", "Write to the sales team."),
        ("and the price?", "It costs $5 a month."),
        ("is it quick?", "It is quick."),
        ("anything on kubernetes?", "Kubernetes is fine."),
        ("xyz", "It costs $5 a month."),
    ],
)
def test_the_line_that_fits_a_follow_up_is_quoted(message: str, line: str) -> None:
    listed = "- Write to the sales team.\n- Kubernetes is fine."
    answer = f"# Price\nIt costs $5 a month. It is quick.\n```\nprice=1\n```\n{listed}"

    assert fitting_line(answer, message) == line


def test_a_sentence_over_several_lines_is_quoted_whole_and_a_lead_in_never() -> None:
    answer = "Check the following:\n\n- The key\n  is copied whole.\n- The header is right.\n\n| a | b |\n> note"

    assert fitting_line(answer, "key") == "The key is copied whole."
    assert fitting_line(answer, "xyz") == "The key is copied whole."
    assert fitting_line("先看\n这里。", "xyz") == "先看这里。"
    assert fitting_line("Only this:", "xyz") == "Only this:"


def test_the_line_of_an_answer_without_lines_is_empty() -> None:
    assert fitting_line("```\ncode\n```", "price") == ""
