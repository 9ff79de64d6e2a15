"""Plain words of a message, for the few decisions that hang on how something is said and not on what it is about."""

import re
import unicodedata
from collections.abc import Iterable

# Slack and Discord mentions, channels and custom emoji; short codes of emoji; the variation selectors of emoji.
_MARKUP = re.compile(
    r"<[@#!][^>\n]{0,80}>|<a?:\w{1,40}:\d{1,25}>|(?<![\w:]):[\w+-]{2,40}:(?![\w:])|[\ufe0e\ufe0f\u200d]"
)
_APOSTROPHES = re.compile(r"['\u2019\u2018\u02bc`´]")
_NOT_A_WORD = re.compile(r"[^\w$.@:/-]+|[.:/-]+(?=\s|$)|(?<!\S)[.:/@-]+|_+")
_LONG_DRAWN = re.compile(r"([^\W\d])\1{2,}")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def word_set(listed: str) -> frozenset[str]:
    """Return the words of *listed*, which white space parts."""
    return frozenset(listed.split())


LONGEST = 120  # characters; a remark is short

STOP = word_set(
    """a about actually all already also am an and any are as ask asking at be been being but by can cant could
    couldnt d did didnt do does doesnt doing done dont each else even for from get gets getting give go going got
    had has have having he hello hey hi how i id if ill im in into is isnt it its ive just kind know let like ll
    look m make may maybe me mean means might mine more must my need needs no not now of off ok okay on one ones
    only or other our out over own please pls plz really regarding re right s same say see shall she should so some
    still such t tell than that thats the their them then there theres these they thing things think this those
    through to too try trying u up ur us use used using ve very via want wanted was wasnt way we well were what
    whats when where wheres which who whom whose why will with without wont work works would wouldnt yes yet you
    your"""
)
QUESTION = word_set(
    """how what whats which who whom whose why when where wheres is are can could do does did will would should may"""
)
_REQUEST = word_set("help please pls plz tell show explain question wondering wonder")
_BEFORE_A_QUESTION = word_set("ok okay so and but oh ah then now well also alright hmm")
_HOW = re.compile(r"(?<!is )(?<!thats )\b(?:how|why)\b")
_STARTS_A_REQUEST = re.compile(
    r"(?:ok |okay |and |but |now |hi |hey )?(?:i |we )?(?:need|want|wanna|would like|d like|(?:am )?looking)\b"
)
_ASKS_IN_CHINESE = re.compile(
    r"吗|呢|么|多少|怎么|如何|哪|谁|几|是否|能不能|可不可以|可以.{0,12}不|为什么|为啥|请问|怎样|咋"
)

# Aspects that a follow-up asks about without naming the topic: any of the words asks for, or answers, the aspect.
ASPECTS: dict[str, frozenset[str]] = {
    "cost": word_set(
        """much cost price pricing pay paid charge charges billed bill fee fees free expensive cheap $ 钱 收费 费用
        价 免费 计费"""
    ),
    "person": word_set("""email mail contact reach call phone talk write sales team 联系 邮箱 电话 销售 找谁"""),
    "more": word_set("""raise increase higher more upgrade bigger larger 提升 提高 升级 更高 增加"""),
    "place": word_set("""where console page dashboard link url 哪里 在哪 哪儿 控制台 网址 链接"""),
    "time": word_set("""long fast soon quick quickly wait instantly immediately 多久 多快 立即 马上 等"""),
}


def _pattern(signs: frozenset[str]) -> re.Pattern[str]:
    whole = sorted(sign for sign in signs if sign.isascii() and sign.isalpha())
    other = sorted(re.escape(sign) for sign in signs if sign not in whole)
    return re.compile("|".join([rf"\b(?:{'|'.join(whole)})\b", *other]))


_SIGNS = {name: _pattern(signs) for name, signs in ASPECTS.items()}
_JOINED = re.compile(r"[^a-z]")  # a name with dots, a number, another script: looked for as it is
_STEM = 4  # letters; shorter words have too many strangers that begin alike


def plain(text: str) -> str:
    """Return *text* in lower case, without markup, emoji, apostrophes and punctuation, white space collapsed."""
    text = _MARKUP.sub(" ", unicodedata.normalize("NFKC", text)).casefold()
    text = _LONG_DRAWN.sub(r"\1", _APOSTROPHES.sub("", text))
    return " ".join(_NOT_A_WORD.sub(" ", text).split())


def short(text: str, longest: int = LONGEST) -> str:
    """Return *text* as `plain` has it, "" where it is longer than a remark is."""
    said = plain(text) if len(text) <= 4 * longest else ""
    return said if len(said) <= longest else ""


def any_of(*alternatives: str) -> re.Pattern[str]:
    """Return the pattern that matches any of the *alternatives*."""
    return re.compile("|".join(alternatives))


def whole_words(*alternatives: str) -> str:
    """Return the pattern text of any of the *alternatives* as whole words."""
    return rf"\b(?:{'|'.join(alternatives)})\b"


def words(text: str) -> list[str]:
    """Return the words of *text* as `plain` has them; a run of Chinese, Japanese or Korean is one word."""
    return plain(text).split()


def is_cjk(text: str) -> bool:
    """True when *text* holds Chinese, Japanese or Korean writing."""
    return _CJK.search(text) is not None


def asks(text: str) -> bool:
    """True when *text* is put as a question or as a request."""
    if "?" in text or "？" in text or _ASKS_IN_CHINESE.search(text):
        return True
    low = plain(text)
    said = low.split()
    first = next((word for word in said if word not in _BEFORE_A_QUESTION), "")
    if first in QUESTION or not _REQUEST.isdisjoint(said):
        return True
    return _STARTS_A_REQUEST.match(low) is not None or _HOW.search(low) is not None


def content(text: str) -> tuple[str, ...]:
    """Return the words of *text* that carry a topic: no function words, no aspect; CJK as pairs of characters."""
    found: dict[str, None] = {}
    for word in words(text):
        if is_cjk(word):
            found.update(dict.fromkeys(_pairs(_without_function_words(word))))
        elif word not in STOP and aspect(word) is None:
            found[word] = None
    return tuple(found)


def aspects(text: str, among: Iterable[str] = tuple(ASPECTS)) -> frozenset[str]:
    """Return the names of the aspects, *among* those given, that *text* asks about or tells something on."""
    low = text.lower()
    return frozenset(name for name in among if _SIGNS[name].search(low))


def signs(name: str, text: str) -> int:
    """Return how often *text* has a word that stands for the aspect *name*."""
    return len(_SIGNS[name].findall(text.lower()))


def aspect(word: str) -> str | None:
    """Return the name of the aspect that *word* stands for, or None."""
    return next((name for name, signs in ASPECTS.items() if word in signs), None)


def coverage(wanted: tuple[str, ...], text: str) -> float:
    """Return the share of the *wanted* words that stand in *text*, in this form or in another of the same stem."""
    if not wanted:
        return 1.0
    low = text.lower()
    return sum(word in low if _JOINED.search(word) else _has_form_of(word, low) for word in wanted) / len(wanted)


def _has_form_of(word: str, text: str) -> bool:
    return any(_akin(word, other) for other in re.findall(rf"\b{re.escape(word[:_STEM])}\w*", text))


def _akin(word: str, other: str) -> bool:
    """True for two forms of a word: the shorter, of four letters or more, begins the longer, at most three longer."""
    if word == other:
        return True
    short, long = sorted((word.rstrip("s").removesuffix("e"), other.rstrip("s").removesuffix("e")), key=len)
    return len(short) >= _STEM and len(long) - len(short) <= 3 and long.startswith(short)


_CHINESE_FUNCTION_WORDS = re.compile(
    r"那么|那个|那|还有|另外|这个|这|它|呢|吗|呀|啊|吧|了|的|是|要|需要|可以|能|会|怎么|如何|多少|什么|哪里|哪个|我们|我|你们|你|请问|如果|一下|也|又|再|都"
    r"|和|在|有|没有|不|就|钱|收费|费用|价格|免费|联系|邮箱|电话|多久|提升|提高|升级|谁|找"
)


def _without_function_words(run: str) -> str:
    return _CHINESE_FUNCTION_WORDS.sub(" ", run)


def _pairs(run: str) -> list[str]:
    return [part[i : i + 2] for part in run.split() for i in range(max(1, len(part) - 1))]
