"""The separate questions of one message: enumerated, asked one after the other, or joined by "and"."""

import re

_MARKER = re.compile(
    r"(?:^|(?<=[\s,;:.?!，。；：？！]))(?:\(?(?:[a-d]|[1-6]|i{1,3}|iv)\)|(?:[1-6]|[①-⑥])[.、．](?=\s?\D)|[①-⑥]|Q[1-6][:.)]|"
    r"(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|第[一二三四](?:个问题)?|其[一二三]|首先|其次)(?:\s(?:one|question|"
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
_LEANS = re.compile(r"\b(?:it|its|that|this|these|those|them|they|one|ones)\b", re.IGNORECASE)
"""Words by which a second half leans on the first: it would not be understood alone."""

_MAX_PARTS = 6


def separate(question: str) -> tuple[str, ...]:
    """Return the separate questions of *question*, in order; all of it as one where that is not plain."""
    for cut in (_enumerated, _asked, _lines, _joined):
        parts = cut(question)
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
    found = _BOTH.search(question)
    if found is None or "\n" in question or not _ASKS_AT.search(question[: found.start()]):
        return []
    parts = [_trim(question[: found.start()]), _trim(question[found.end() :])]
    if _LEANS.search(parts[1]):
        return []
    return parts if all(len(part.split()) >= 3 for part in parts) else []


def _trim(part: str) -> str:
    return part.strip(" ,;:\n，；、").strip()


def _is_part(part: str) -> bool:
    return len(part.split()) >= 2 or sum(not letter.isascii() for letter in part) >= 4
