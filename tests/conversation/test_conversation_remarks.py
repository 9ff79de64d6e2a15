import pytest

from bot.conversation import remarks
from bot.conversation.choosing import picks
from bot.conversation.small_talk import SmallTalk, small_talk
from bot.conversation.trouble import reports_trouble, unsure
from bot.conversation.words import content, plain
from bot.model import Outcome
from tests.conversation.fakes import Talk


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hi", SmallTalk.GREETING),
        ("Hellooo there!", SmallTalk.GREETING),
        ("<@U07EXAMPLE> good morning team", SmallTalk.GREETING),
        ("hey, how's it going?", SmallTalk.GREETING),
        ("hola", SmallTalk.GREETING),
        ("你好", SmallTalk.GREETING),
        ("在吗？", SmallTalk.GREETING),
        ("thx!!", SmallTalk.THANKS),
        ("Thank you so much 🙏", SmallTalk.THANKS),
        ("ok great, thanks", SmallTalk.THANKS),
        ("works now, thanks!", SmallTalk.THANKS),
        ("merci beaucoup", SmallTalk.THANKS),
        ("谢谢大佬，解决了", SmallTalk.THANKS),
        ("ありがとう", SmallTalk.THANKS),
        ("bye!", SmallTalk.BYE),
        ("brb", SmallTalk.BYE),
        ("再见", SmallTalk.BYE),
        ("help", SmallTalk.HELP),
        ("who are you?", SmallTalk.HELP),
        ("hi, can you help me please", SmallTalk.HELP),
        ("你是谁", SmallTalk.HELP),
        ("test", SmallTalk.TEST),
        ("测试一下", SmallTalk.TEST),
        ("ok", SmallTalk.OKAY),
        ("makes sense", SmallTalk.OKAY),
        ("lol", SmallTalk.OKAY),
        ("好的", SmallTalk.OKAY),
        ("", SmallTalk.NOTHING),
        ("   \n ", SmallTalk.NOTHING),
        ("?!", SmallTalk.NOTHING),
        ("👍🏽", SmallTalk.NOTHING),
        (":thinking_face:", SmallTalk.NOTHING),
        ("<:pepehands:871234567890123456>", SmallTalk.NOTHING),
        ("<@U07EXAMPLE>", SmallTalk.NOTHING),
        ("-" * 10_000, SmallTalk.NOTHING),
    ],
)
def test_small_talk_is_known_by_its_kind(text: str, kind: SmallTalk) -> None:
    assert small_talk(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "hi, is upload free?",
        "thanks but it still fails",
        "hello world program prints nothing",
        "test key does not work",
        "help with 429",
        "how are you billed",
        "ok so what about uploads",
        "high",
        "hire me",
        "这个谢谢怎么翻译",
        "你好，上传收费吗",
        "please",
        "401",
        "a" * 10_000,
        "hi " * 10_000,
        "hi " * 60,
    ],
)
def test_small_talk_with_anything_else_in_it_is_none(text: str) -> None:
    assert small_talk(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I want to talk to a human", True),
        ("can someone connect me with support please", True),
        ("get me a real person", True),
        ("escalate this", True),
        ("人工", True),
        ("我要找真人客服", True),
        ("can I connect an agent to the API?", False),
        ("who do I contact about private deployment?", False),
        ("does the human eye see more", False),
        ("how many people can use one key", False),
        ("talk to a human " * 50, False),
    ],
)
def test_a_call_for_a_person_is_recognised(text: str, expected: bool) -> None:
    assert (remarks.wants_human(text) or remarks.wants_somebody(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it doesn't work", True),
        ("not working", True),
        ("I keep getting an error from the Kimi API", True),
        ("error", True),
        ("no funciona", True),
        ("не работает", True),
        ("動かない", True),
        ("help! my script crashes", True),
        ("我的 kimi 一直报错", True),
        ("调用失败了怎么办", True),
        ("docker build fails", False),
        ("the invoice is wrong", False),
        ("is the api working?", False),
        ("nothing works", True),
        ("how do I get an api key", False),
        ("图片上传报错", False),
        ("还是" * 200 + "x", False),
        ("", False),
    ],
)
def test_a_bare_complaint_is_recognised(text: str, expected: bool) -> None:
    assert reports_trouble(text, ("kimi",)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ok so it is separate. ty", True),
        ("oh so that is how it is billed", True),
        ("I topped up and it works now", True),
        ("原来是这样", True),
        ("ok i'll wait", True),
        ("I will check that tomorrow", True),
        ("let me know the price", False),
        ("ok so what does it cost", False),
        ("it works but slowly", False),
        ("not solved", False),
        ("my fixed monthly quota is gone", False),
        ("thanks, where do I top up?", False),
        ("I need a higher limit, thanks", False),
    ],
)
def test_a_closing_in_ones_own_words_is_recognised(text: str, expected: bool) -> None:
    assert remarks.closes(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("终于好了，是地址写错了", True),
        ("重启之后就正常了", True),
        ("续费了就能用", True),
        ("原来少了个字母，已解决", True),
        ("fixed it, the host was wrong", True),
        ("that worked, it was the region", True),
        ("是不是续费就好了", False),
        ("只要续费就可以", False),
        ("好了之后怎么升级", False),
        ("续费了就能用吗", False),
        ("还是没解决", False),
        ("fixed outbound addresses for a firewall", False),
        ("it is fixed but slow", False),
    ],
)
def test_a_thing_that_is_settled_is_told_with_nothing_before_it(text: str, expected: bool) -> None:
    assert remarks.settles(text) is expected


def test_a_remark_that_it_works_now_opens_no_topic() -> None:
    assert Talk().say("终于好了，是地址写错了").outcome is Outcome.SMALL_TALK


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("still the same", True),
        ("that didn't help", True),
        ("tried that", True),
        ("I already do backoff", True),
        ("still failing after I waited", True),
        ("试过了，不行", True),
        ("do I still need a tier?", False),
        ("is it the same price for images?", False),
        ("thanks", False),
        ("did it charge me twice?", False),
    ],
)
def test_an_answer_that_did_not_help_is_recognised(text: str, expected: bool) -> None:
    assert remarks.unhelped(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no idea", True),
        ("I don't see any code", True),
        ("there is no type", True),
        ("it says nothing", True),
        ("不知道", True),
        ("I don't know how to top up", False),
        ("no money", False),
    ],
)
def test_not_knowing_a_detail_is_recognised(text: str, expected: bool) -> None:
    assert unsure(text) is expected


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("1", (0,)),
        ("2.", (1,)),
        ("the first one", (0,)),
        ("second", (1,)),
        ("选2", (1,)),
        ("第一个", (0,)),
        ("Is b?", (1,)),
        ("all of them", (0, 1)),
        ("3", ()),
        ("none of them", ()),
        ("都不是", ()),
        ("4", None),
        ("429", None),
        ("what is a", None),
        ("two questions", None),
        ("yes", None),
    ],
)
def test_a_choice_is_read_from_a_whole_message(text: str, picked: tuple[int, ...] | None) -> None:
    assert picks(text, ("Is a?", "Is b?")) == picked


@pytest.mark.parametrize(
    ("text", "expected"),
    [("<@U1> It's   FINE!! :smile:", "its fine"), ("Ｈｉ　there", "hi there"), ("$0.004 per call.", "$0.004 per call")],
)
def test_plain_words_are_without_dressing(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("and the invoice?", ("invoice",)), ("how much is that?", ()), ("那发票呢", ("发票",)), ("who do I email", ())],
)
def test_content_words_carry_a_topic(text: str, expected: tuple[str, ...]) -> None:
    assert content(text) == expected


@pytest.mark.parametrize("text", ["hi", "thanks!", "bye", "help", "test", "ok", "", "🙂", "你好", "谢谢"])
def test_small_talk_gets_one_friendly_paragraph(text: str) -> None:
    reply = Talk().say(text)

    assert reply.outcome is Outcome.SMALL_TALK
    assert "\n" not in reply.text.replace("\n\nA person answers at help.example.", "")
