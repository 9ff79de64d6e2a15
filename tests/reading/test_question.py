import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.markup import plain
from bot.reading.parts import separate
from bot.reading.question import own_words


def question(text: str) -> str:
    return own_words(text, []).question


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("<@U0EXAMPLE1> is upload free?", "is upload free?"),
        ("<@!123456789012345678> is upload free?", "is upload free?"),
        ("see <https://example.com/a|the docs> please", "see the docs please"),
        ("is <https://example.com> ours?", "is https://example.com ours?"),
        ("asked in <#C0EXAMPLE|help> already", "asked in #help already"),
        ("is a &lt; b &amp;&amp; c?", "is a < b && c?"),
        ("is upload free <:sadcat:123456789012345678>", "is upload free"),
        ("is upload free :pray: :+1:", "is upload free"),
        ("||is upload free?||", "is upload free?"),
        ("is **upload** ~~really~~ `free`?", "is upload really free?"),
        ("_is_ upload *free*?", "is upload free?"),
        ("my max_tokens and __init__ are fine", "my max_tokens and init are fine"),
        ("[the docs](https://example.com/a) are down", "the docs https://example.com/a are down"),
        ("> is upload free?", "is upload free?"),
        ("hey guys, hope you're all doing well, quick q before the demo: is upload free? thx!!", "is upload free?"),
        ("Hi team, is upload free? Thanks in advance!", "is upload free?"),
        ("good morning! is upload free, please help", "is upload free"),
        ("你好，请问上传收费吗？谢谢！", "上传收费吗？"),
        ("こんにちは、アップロードは無料ですか？よろしくお願いします。", "アップロードは無料ですか？"),
        ("hola, ¿es gratis? gracias", "¿es gratis?"),
        ("hi", "hi"),
        ("thanks!", "thanks!"),
        ("hello everyone", "hello everyone"),
        ("quick question about uploads: are they free", "about uploads: are they free"),
        ("which plan would be best", "which plan would be best"),
        ("history of uploads", "history of uploads"),
        ("thanks to the new plan uploads are slow", "thanks to the new plan uploads are slow"),
        ("a four-oh-one again", "a 401 again"),
        ("four twenty nine error", "429 error"),
        ("四零三怎么办", "403怎么办"),
        (":thinking_face:", ""),
    ],
)
def test_chat_markup_and_pleasantries_are_no_words_of_a_question(text: str, own: str) -> None:
    assert question(text) == own


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ('what is this?\n```\n{"error": 1}\nmore\n```\nand why', "what is this?\nand why"),
        ("```{'a': 1}``` any idea?", "any idea?"),
        ("any idea?\n```\nnever closed {", "any idea?"),
        ("```\nis upload free?\n```", "is upload free?"),
        ('报错信息： {"error": {"code": 1}} 怎么办', "报错信息： 怎么办"),
        ('{"a": 1,\n "b": [2, 3],\n "c": {}}\nwhat now', "what now"),
        ("2026-08-19 03:58:05 ERROR no\nwhat now", "what now"),
        ("api-1  | ready\nwhat now", "what now"),
        ("$ curl -s https://example.com\nwhat now", "what now"),
        ("< HTTP/2 429\n< date: today\nwhat now", "what now"),
        ('Traceback (most recent call last):\n  File "a.py", line 1\n    f()\nValueError: x\n\nwhat now', "what now"),
        ("java.io.IOException: no\n\tat a.B.c(B.java:1)\n\t... 3 more\nwhat now", "what now"),
        ("client = OpenAI(base_url='x')\nprint(client)\nwhat now", "what now"),
        ("import openai\nwhat now", "what now"),
        ("const a = require('b');\nwhat now", "what now"),
        ("print(x)  # why is this cut?", "why is this cut?"),
        ('"choices":[{"finish_reason":"stop"}] <- is this one complete?', "<- is this one complete?"),
    ],
)
def test_pastes_are_no_words_of_a_question(text: str, own: str) -> None:
    assert question(text) == own


@pytest.mark.parametrize(
    "text",
    [
        "private deployment available",
        "using the api from abroad",
        "import of files fails",
        "public image urls are rejected",
        "question: refund?",
        "max_tokens=100 is not enough for my essay",
        "error code?",
        "401 invalid authentication",
    ],
)
def test_words_that_look_like_code_stay_words(text: str) -> None:
    assert question(text) == text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("(a) private deployment (b) deep research by API", ("private deployment", "deep research by API")),
        ("1) is upload free 2) how do i top up", ("is upload free", "how do i top up")),
        ("1. is upload free\n2. how do i top up", ("is upload free", "how do i top up")),
        (
            "first: what does upload cost, second: what does search cost",
            ("what does upload cost", "what does search cost"),
        ),
        ("第一，上传收费吗？第二，搜索多少钱？", ("上传收费吗？", "搜索多少钱？")),
        ("Is upload free? And how do I top up?", ("Is upload free?", "And how do I top up?")),
        (
            "which url do i use and what does the auth header look like",
            ("which url do i use", "what does the auth header look like"),
        ),
        ("上传收费吗？怎么充值？", ("上传收费吗？", "怎么充值？")),
        ("a) price b) limits", ("price", "limits")),
        ("- is upload free\n- how do I top up", ("is upload free", "how do I top up")),
        ("is upload free, and how do I pay?", ("is upload free", "how do I pay?")),
        ("what is the fee and when is it due", ("what is the fee and when is it due",)),
        ("is upload free", ("is upload free",)),
        ("how do I upload and download files?", ("how do I upload and download files?",)),
        ("what is the limit and the price?", ("what is the limit and the price?",)),
        ("I use tier 1. is that slow?", ("I use tier 1. is that slow?",)),
        ("really?? why?", ("really?? why?",)),
        ("上传收费吗，怎么充值", ("上传收费吗", "怎么充值")),
        ("我刚注册，怎么充值，另外能不能开发票", ("我刚注册，怎么充值", "能不能开发票")),
        ("怎么充值，多少钱", ("怎么充值，多少钱",)),
        ("为什么余额够，还是充不了", ("为什么余额够，还是充不了",)),
        ("Two things. Search finds nothing. Also how do I top up?", ("Search finds nothing", "how do I top up?")),
        ("a couple of questions: is upload free. how do I pay", ("is upload free", "how do I pay")),
        ("Search finds nothing. Also, how do I top up?", ("Search finds nothing", "how do I top up?")),
        ("do you bill for uploads, can I pay by card", ("do you bill for uploads", "can I pay by card")),
        ("do you bill for uploads, is it much", ("do you bill for uploads, is it much",)),
        ("when I upload a file, do you bill me", ("when I upload a file, do you bill me",)),
        ("The first takes nine seconds. Is that slow?", ("The first takes nine seconds. Is that slow?",)),
        ("", ()),
    ],
)
def test_separate_questions_are_parts_and_all_else_is_one(text: str, parts: tuple[str, ...]) -> None:
    assert separate(plain(text)) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("401 on staging and 429 on prod", ("401 on staging", "429 on prod")),
        ("I get 401, sometimes 429, why", ("I get 401", "sometimes 429, why")),
        ("报401，有时又报429", ("报401", "有时又报429")),
        ("401 or 429, no idea", ("401 or 429, no idea",)),
        ("401 and now 429", ("401 and now 429",)),
        ("401 with 429", ("401 with 429",)),
    ],
)
def test_errors_that_stand_side_by_side_are_parts(text: str, parts: tuple[str, ...]) -> None:
    assert separate(text, ["401", "429"]) == parts


@given(st.text())
def test_parts_are_pieces_of_the_question(text: str) -> None:
    bare = plain(text)

    assert all(part in bare for part in separate(bare))


@given(st.text(st.sampled_from("<>@!|:`*_~[](){}\"'\n 4a谢hi,?"), max_size=80))
def test_the_spans_of_own_words_lie_in_the_text_in_order(text: str) -> None:
    spans = own_words(text, []).spans

    assert all(0 <= start < end <= len(text) + 1 for start, end in spans)
    assert list(spans) == sorted(spans)
