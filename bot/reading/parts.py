"""The separate questions of one message: enumerated, asked one after the other, or joined by "and"."""

import re
from collections.abc import Sequence
from itertools import pairwise

_MARKER = re.compile(
    r"(?:^|(?<=[\s,;:.?!，。；：？！]))(?:\(?(?:[a-d]|[1-6]|i{1,3}|iv)\)|(?:[1-6]|[①-⑥])[.、．](?=\s?\D)|[①-⑥]|Q[1-6][:.)]|"
    r"(?:(?:first|second|third)(?:ly)?\b|第[一二三四](?:个问题)?|其[一二三]|首先|其次)(?:\s(?:one|question|"
    r"of all))?[,:，：]?(?=\s?\S))\s?",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^?？\n]++[?？]*+")
_ASKS = (
    r"(?:what(?:'s| is| are| does| do)?|which|how(?: do| does| can| much| many| to| long)?|where(?: do| is| can)?"
    r"|why(?: do| is| does)?|when(?: do| does| is)?|who(?: do| is)?|can (?:i|we|you|it)|could (?:i|we|you)"
    r"|do (?:i|we|you)|does (?:it|the|\w+)|is (?:it|there|the)|are (?:there|the)|should (?:i|we))"
)
_BOTH = re.compile(rf"(?:,? and(?: also)?|,? also|, plus|;)\s+(?={_ASKS}\s\S+\s\S+)", re.IGNORECASE)
_ASKS_AT = re.compile(
    rf"(?:^|[:,.;!]\s|\b(?:so|and|know|ask|tell me|wondering)\s)(?:{_ASKS}|(?:is|are|does|do) \w+)\b", re.IGNORECASE
)
_ASKS_FIRST = re.compile(rf"(?:{_ASKS}|(?:is|are|does|do) \w+)\b", re.IGNORECASE)
_ASKS_LAST = re.compile(r"[?？][^\w?？]*+$")
_CLAUSE = re.compile(r"[，,。；;！!？?\n]+")
_ASKS_IN_CHINESE = re.compile(
    r"[吗呢]|怎么|如何|怎样|多少|什么|哪|为[什啥]|是否|能否|可否"
    r"|能不能|可不可以|要不要|有没有|支不支持|是不是|会不会|行不行|收不收|需不需要|用不用"
)
_LEANS_IN_CHINESE = re.compile(r"[它这那]|其中|上面|^(?:是|怎么办|为什么|多少钱|怎么弄|怎么[解处]|是什么|什么原因)")
_ADDS_IN_CHINESE = re.compile(r"^(?:另外|还有|以及|同时|然后|顺便|请?问一?下?|想问一?下?|[\s,，:：])+")
_RUN_ON = re.compile(
    r"(?P<first>(?:what(?! if)|which|how|why|is|are|does|do|can|could|should)\b[^,.?!\n]+),\s"
    rf"(?={_ASKS}\b)(?P<second>[^,.?!\n]+)[.!?]?",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"(?:(?:hi|hey|hello|ok|so|and|i|we|have|got|ive|i've|just|a|the)[\s,]{1,2}){0,5}"
    r"(?:two|three|2|3|couple|few|several)(?: of)?(?: quick| small| more| different)?"
    r" (?:things?|questions?|issues|problems|qs)(?: (?:here|for you|today|please))?\s?[.:,;!-]+\s?",
    re.IGNORECASE,
)
_ALSO = re.compile(
    r"(?:(?<=[.!?;\n])|[.!?;]|,)\s*(?:and\s)?(?:also|secondly|second|the other|another one)\b[,:]?\s+", re.IGNORECASE
)
_STOP = re.compile(r"[.!?;\n]+\s*")
_JOINT = re.compile(
    r",\s|;\s|\b(?:and|but|also|plus|sometimes)\b|，|；|、|和|又|而且|但是?|有时候?|同时|以及", re.IGNORECASE
)
_MOVED_ON = re.compile(
    r"\b(?:(?<!what )now|then|fixed|solved|resolved|gone|before|earlier|instead|until|switched|changed|or|vs)\b"
    r"|现在|之前|以前|解决|然后|后来|变成|改成|还是",
    re.IGNORECASE,
)
"""Of two codes one may be over, or only one there."""

_LEANS = re.compile(r"\b(?:it|its|that|this|these|those|them|they|one|ones)\b", re.IGNORECASE)
"""Words by which a second half leans on the first: it would not be understood alone."""

_MAX_PARTS = 6


def separate(question: str, codes: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the separate questions of *question*, in order; all of it as one where that is not plain.

    *codes* are the open errors' statuses: each is a question where nothing else parts them.
    """
    for cut in (_enumerated, _asked, _lines, _added, _joined, _clauses):
        parts = cut(question)
        if 1 < len(parts) <= _MAX_PARTS:
            return tuple(parts)
    parts = _by_codes(question, codes)
    if 1 < len(parts) <= _MAX_PARTS:
        return tuple(parts)
    return (question,) if question else ()


def _enumerated(question: str) -> list[str]:
    marks = [mark for mark in _MARKER.finditer(question) if mark[0].strip()]
    if len(marks) < 2 or not _in_order(marks):
        return []
    ends = [*(mark.start() for mark in marks[1:]), len(question)]
    parts = [_trim(question[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]
    return parts if all(re.search(r"\w{3}|[^\x00-\x7f]", part) for part in parts) else []


_ORDER = {
    "a": 1,
    "b": 2,
    "c": 3,
    "d": 4,
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "first": 1,
    "second": 2,
    "third": 3,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "首": 1,
}
_ORDER |= {letter: number for number, letter in enumerate("①②③④⑤⑥", 1)}


def _in_order(marks: list[re.Match[str]]) -> bool:
    numbers = []
    for mark in marks:
        key = (
            re.sub(r"ly|one|question|of all|个问题|[^\w①-⑥]", "", mark[0].lower())
            .strip("第其q")
            .replace("先", "")
            .replace("次", "二")
        )
        numbers.append(_ORDER.get(key) or (int(key) if key.isdecimal() else 0))
    return numbers == list(range(1, len(numbers) + 1))


def _asked(question: str) -> list[str]:
    """The sentences that end in a question mark, where there are several of some length and nothing else of weight."""
    if question.count("?") + question.count("？") < 2:
        return []
    sentences = _SENTENCE.findall(question)
    asked = [sentence for sentence in sentences if sentence[-1] in "?？" and len(sentence.rstrip("?？")) >= 4]
    parts = [_trim(sentence) for sentence in asked]
    if len(parts) < 2 or not all(_is_part(part) for part in parts):
        return []
    rest = sum(map(len, sentences)) - sum(map(len, asked))
    return parts if rest <= 40 else []


def _lines(question: str) -> list[str]:
    """The lines, where every one of them asks."""
    lines = [_trim(line) for line in question.split("\n")]
    asks = all(_ASKS_FIRST.match(line) or _ASKS_LAST.search(line) for line in lines)
    return lines if asks and all(map(_is_part, lines)) else []


def _joined(question: str) -> list[str]:
    """The halves of "which ... and what ...", where both are questions of their own."""
    return _joined_by_and(question) or _run_on(question)


def _run_on(question: str) -> list[str]:
    """The two questions of a sentence with nothing but a comma between them."""
    found = _RUN_ON.fullmatch(question.strip())
    parts = [_trim(found["first"]), _trim(found["second"])] if found else []
    return parts if parts and not _LEANS.search(parts[1]) and all(len(part.split()) >= 4 for part in parts) else []


def _joined_by_and(question: str) -> list[str]:
    found = _BOTH.search(question)
    if found is None or "\n" in question or not _ASKS_AT.search(question[: found.start()]):
        return []
    parts = [_trim(question[: found.start()]), _trim(question[found.end() :])]
    if _LEANS.search(parts[1]):
        return []
    return parts if all(len(part.split()) >= 3 for part in parts) else []


def _added(question: str) -> list[str]:
    """The pieces of "Two things. ... Also ...", or of a remark and the question that "also" adds to it."""
    if announced := _ANNOUNCED.match(question):
        rest = question[announced.end() :]
        parts = [_trim(part) for part in _ALSO.split(rest)]
        if len(parts) < 2:
            parts = [_trim(part) for part in _STOP.split(rest) if part]
        return parts if all(map(_is_part, parts)) else []
    first, *others = map(_trim, _ALSO.split(question))
    asks = all(_ASKS_FIRST.match(part) and not _LEANS.search(part) and not _STOP.search(part[:-1]) for part in others)
    return [first, *others] if others and asks and all(map(_is_part, (first, *others))) else []


def _clauses(question: str) -> list[str]:
    """The clauses of a Chinese sentence that ask, each with those before it that do not."""
    if question.isascii():
        return []
    parts, begin, clause_start = list[str](), 0, 0
    for clause in (*_CLAUSE.finditer(question), None):
        end = clause.start() if clause else len(question)
        asks = _ASKS_IN_CHINESE.search(question, clause_start, end)
        clause_start = clause.end() if clause else end
        if asks:
            parts.append(_ADDS_IN_CHINESE.sub("", _trim(question[begin:end])))
            begin = clause_start
    if question[begin:].strip() and parts:
        return []
    return parts if all(_is_part(part) and not _LEANS_IN_CHINESE.search(part) for part in parts) else []


def _by_codes(question: str, codes: Sequence[str]) -> list[str]:
    """The pieces that have one of the *codes* each, cut where a comma or an "and" stands between two."""
    if len(set(codes)) < 2 or "\n" in question or _MOVED_ON.search(question):
        return []
    places = sorted((place, code) for code in dict.fromkeys(codes) if (place := question.find(code)) >= 0)
    parts, begin = list[str](), 0
    for (place, code), (following, _) in pairwise(places):
        joints = list(_JOINT.finditer(question, place + len(code), following))
        if not joints:
            return []
        parts.append(_trim(question[begin : joints[0].start()]))
        begin = joints[0].end()
    return [*parts, _trim(question[begin:])] if parts else []


def _trim(part: str) -> str:
    return part.strip(" ,;:\n，；、").strip()


def _is_part(part: str) -> bool:
    return len(part.split()) >= 2 or sum(not letter.isascii() for letter in part) >= 4
