"""Which errors a text itself calls solved, gone or never there."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter

from bot.reading.evidence import Finding
from bot.reading.incidents import SUCCESS, Group

_CLAUSE = re.compile(r"[.;!?\n。；！？]|,\s|，|\bbut\b|\bnow\b|\bthen\b|\bran into\b|但|现在")
_TURN = re.compile(
    r"(?:[,.;!]|\band|\bbut)\s{1,2}(?:right )?now\b|\bthen\b|\bran into\b|\bearlier,|\bbefore,|，?(?:现在|然后|变成)",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\bnot (?:an? |the |a real )?|\b(?:isn'?t|wasn'?t|ain'?t|aren'?t) (?:an? |the |getting |seeing )?|"
    r"\bno (?:longer|more)(?: (?:a|an|the|get|getting|see|seeing))* |"
    r"\bwithout (?:an? |the )?|\binstead of (?:an? |the )?|\brather than (?:an? |the )?|\bnever (?:a |got |get |"
    r"saw )?|\bdon'?t (?:get|see|have) (?:an? |the )?|"
    r"不是|并不是|不再是?|没有?再?(?:报|出现)?|而不是|не |ではなく|じゃなくて|no es (?:un )?|"
    r"pas (?:une? )?|kein(?:e|en)? |nicht (?:ein(?:e|"
    r"en)? )?)"
    r"(?:error |http |status |code |the )?[\s\"'`:*]{0,3}$",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\W*(?:isn'?t|wasn'?t|aren'?t|ain'?t)\b.*", re.IGNORECASE | re.DOTALL)
_SOLVED_BEFORE = re.compile(
    r"\b(?:fixed|solved|resolved|sorted(?: out)?|got rid of|gone past|got past|past the|cleared|cured|no more|"
    r"dealt with|"
    r"got over|worked around)\b[^.;!?\n]{0,30}$|(?:解决了|修好了|搞定了|处理好了)[^。；\n]{0,12}$",
    re.IGNORECASE,
)
_NOT_SOLVED = re.compile(
    r"(?:\bhow\b|\bcan\b|\bget\b|\bnot\b|n't|\bto be\b|\bnever\b|\bneeds?\b|\bwant\b|怎么|如何|没)[^.;!?\n]{0,24}$",
    re.IGNORECASE,
)
_SOLVED_AFTER = re.compile(
    r"[^.;!?\n,，]{0,30}?(?:, (?:but )?(?:that|it|this|which)(?: one)? )?"
    r"(?:\b(?:is|was|are|got|has been|now|seems)\s{1,3}(?:now |already )?(?:fixed|solved|"
    r"resolved|gone|over|sorted|"
    r"fine|ok|okay)\b|\bwent away\b|\bdisappeared\b|\bfixed itself\b|\bfixed\b|\bsolved\b|\bresolved\b|"
    r"(?:已经?|都)?(?:解决|修好|搞定|修复|没有?|消失)了|не появляется)",
    re.IGNORECASE,
)
_SAID_AFTER = re.compile(
    r"[^.;!?\n]{0,20}[.;!]\s{1,2}(?:that|this|it)(?: one| error)? (?:is|was|got|has been)\s(?:now |already |also )?"
    r"(?:fixed|solved|resolved|gone)\b",
    re.IGNORECASE,
)
_QUESTION_AFTER = re.compile(r"\b(?:how|not|n't|can|could|when|will|never|until|isn't|怎么)\b", re.IGNORECASE)
_ASKED_AFTER = re.compile(r"[^.;!\n]{0,20}[?？]|吗")
_PAST_BEFORE = re.compile(
    r"(?:\b(?:was|were|had|got|used to (?:be|get|see|have)|the old|started with)\b[^.;!?\n]{0,10}"
    r"|(?:\b(?:previously|earlier|before|yesterday|originally|initially|formerly|at first|first|last week|antes|avant"
    r"|vorher|früher|раньше)\b|之前|原来|以前|昨天|刚才|刚开始|一开始|先是)[^.;!?\n]{0,24})$",
    re.IGNORECASE,
)
_ALONGSIDE = re.compile(r"\b(?:also|as well|both|sometimes|other times)\b|也|同时|有时", re.IGNORECASE)
"""Between two errors: the later one does not end the earlier one."""

_WORKS = re.compile(
    r"\b(?:it |all |that |everything |this )?(?:works|working|worked|fine|good|ok|okay|solved|fixed|"
    r"resolved) now\b|\bnow (?:it )?(?:works|is fine|is working)\b|"
    r"\b(?:never ?mind|nvm|problem solved|issue solved|solved it|fixed it|figured it out|all good now|works again|"
    r"back to normal)\b|"
    r"现在(?:好了|可以了|正常了|没问题了)|已经?(?:好了|解决了|搞定了)|没事了",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"(?:\bnot|n't|\bnothing|\bno\b|\bnever|\bonly|\buntil|\bbefore|\bif|\bwant|\bneed|\bget|\banyone|没|不)[^.;!?\n]{0,24}$",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[\w.:-]{3,100}(?:/[\w./-]{0,100})?|\b(?:GET|POST|PUT|DELETE) (/[\w./-]{2,100})")
_READ = 160
_AFTER = 4000


def over(folded: str, finding: Finding, limit: int) -> bool:
    """True where a person's words call the error of *finding* solved, gone or never there; they end at *limit*."""
    return _is_denied(folded, finding.start) or _is_solved(folded, finding.start, finding.end, limit)


def turns(folded: str, start: int, end: int) -> bool:
    """True where a person's words go on to another error from *start* to *end*: "..., now ...", "... then ..."."""
    return end - start <= _READ and _TURN.search(folded, start, end) is not None


def settle(folded: str, groups: Sequence[Group], spoken: Sequence[tuple[int, int]]) -> None:
    """Mark the groups that are over; *spoken* are the spans of the text, in order, that are a person's own words."""
    if not groups:
        return
    works = max(
        (
            match.end()
            for start, end in spoken
            for match in _WORKS.finditer(folded, start, end)
            if not _doubted(folded, match)
        ),
        default=-1,
    )
    for number, one in enumerate(groups):
        limit = groups[number + 1].start if number + 1 < len(groups) else len(folded)
        if not one.settled and not _is_spoken(one, spoken):
            one.settled = _succeeded(folded, one, limit)
        one.settled = one.settled or one.end <= works
    if any(not one.settled for one in groups[:-1]) and not groups[-1].settled:
        _settle_past(folded, groups, spoken)


def _is_spoken(one: Group, spoken: Sequence[tuple[int, int]]) -> bool:
    """True where an error stands in a person's own words."""
    at = bisect_right(spoken, one.start, key=itemgetter(0)) - 1
    return at >= 0 and one.start < spoken[at][1]


def _doubted(folded: str, match: re.Match[str]) -> bool:
    """True where "works now" and its like are denied, wished for or asked about."""
    doubt = _DOUBT.search(folded, max(0, match.start() - 40), match.start())
    return doubt is not None or _ASKED_AFTER.match(folded, match.end()) is not None


def _before(folded: str, start: int) -> str:
    line = folded[max(0, start - _READ) : start]
    return line[line.rfind("\n") + 1 :]


def _is_denied(folded: str, start: int) -> bool:
    before = _before(folded, start)
    denied = _DENIED.search(before)
    return denied is not None and not _ASKS.fullmatch(before[: denied.end()])


def _is_solved(folded: str, start: int, end: int, limit: int) -> bool:
    before = _CLAUSE.split(_before(folded, start))[-1]
    if (match := _SOLVED_BEFORE.search(before)) and not _NOT_SOLVED.search(before[: match.start()]):
        return True
    after = folded[end : min(limit, end + 80)]
    match = _SOLVED_AFTER.match(after) or _SAID_AFTER.match(after)
    if match is None or _ASKED_AFTER.match(after, match.end()):
        return False
    return not _QUESTION_AFTER.search(match[0]) and not _QUESTION_AFTER.search(before[-40:])


def _settle_past(folded: str, groups: Sequence[Group], spoken: Sequence[tuple[int, int]]) -> None:
    for one, after in zip(groups, [*groups[1:], None], strict=True):
        if after is not None and _ALONGSIDE.search(folded, one.end, min(after.start, one.end + _READ)):
            continue
        if _is_spoken(one, spoken):
            clause = _CLAUSE.split(_before(folded, one.start))[-1]
            one.settled = one.settled or _PAST_BEFORE.search(clause) is not None
    if all(one.settled for one in groups):
        groups[-1].settled = False


def _succeeded(folded: str, one: Group, limit: int) -> bool:
    """True where a log tells of a later success of the same call."""
    line_end = folded.find("\n", one.end)
    if line_end < 0:
        return False
    after = folded[line_end : min(limit, line_end + _AFTER)]
    stands = one.strongest.start
    line_start = folded.rfind("\n", 0, stands) + 1
    called = _URL.search(folded, line_start, folded.find("\n", stands))
    for match in SUCCESS.finditer(after):
        begin = after.rfind("\n", 0, match.start()) + 1
        line = after[begin : after.find("\n", match.end()) if "\n" in after[match.end() :] else len(after)]
        if called is None and re.match(r"(?i)retry|attempt|recovered", match[0]):
            return True
        if called is not None and (called[1] or called[0]) in line:
            return True
    return False
