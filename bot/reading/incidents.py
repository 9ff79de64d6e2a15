"""The findings of a text put together into errors: nested wrappers, retries, solved and foreign ones told apart."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.model import Evidence, Incident, Kind
from bot.reading.evidence import Finding
from bot.reading.folding import squash

_NEAR = 2
"""An error goes on over this many line breaks, whatever stands between; over ``_LOOSE`` while its type is to come."""
_LOOSE = 5
_FAR = 80
_LINES = 300
"""The most lines over which the brackets of an error are followed."""

_READ = 8000
"""The most characters between two findings of one error."""

_OUTER = re.compile(r"theaboveexceptionwasthedirectcause|duringhandlingoftheabove|rethrown|wrappedby")
_CAUSE = re.compile(r"causedby|rootcause|(?<!endof)innerexception|nestedexception|--->|cause[:=]")
_INNER = re.compile(rf"{_CAUSE.pattern}|response(?:text|body)|reason:|detail:|body[:=]")
_LONE_STATUS = re.compile(
    r"\s*[\"'`]?(?:http[ _]?)?(?:status|code)(?:[ _]?code)?[\"'`]?\s*[:=]?\s*[45]\d\d[\s,;}]*", re.IGNORECASE
)
_ELSEWHERE = re.compile(r"://|\bE[45]\d\d")
_BODY = re.compile(
    r"\s*(?:[>|]\s?)*(?:\{|\[[\s{\"']|[\"'(]|(?:response|body|detail|message|reason|data|content)\b)", re.IGNORECASE
)
_LOCATED = re.compile(r"(?<!\w)\w{1,12}://\S*|(?<![\w.])(?:\w{1,40}\.){1,8}\w{0,40}(?:Error|Exception)\w{0,20}")
_TROUBLE = re.compile(r"[45]\d\d|error|exception|denied|exceeded|restricted|limit", re.IGNORECASE)
_SAYING = re.compile(
    r"\b(?!(?:https?|post|get|put|delete|client|server|errors?|exception|for|url|uri|from|by|at|request|response|failed|"
    r"with|status|code|unauthorized|forbidden|not|found|too|many|requests|bad|the|type|null|none)\b)[a-z]{2,}\b",
    re.IGNORECASE,
)
SUCCESS = re.compile(
    r"\b(?:HTTP/\d(?:\.\d)?[\"']? 2\d\d\b|2\d\d OK\b|status(?:[ _-]?code)?[\"']?[:= ]{1,3}2\d\d\b|"
    r"(?:retry|attempt|request|call)[^\n]{0,40}\b(?:succeeded|successful|success|ok)\b|recovered\b)",
    re.IGNORECASE,
)
BLANK = re.compile(r"\n[ \t\r|>]*\n")
_FRAME = re.compile(
    r"\s|$|at |File |#\d|Traceback|Caused by|The above exception|During handling|[<>*{}\[\]()] ?|[\w-]{1,40}: |"
    r"[~^]+$|HTTP/|"
    r"\.\.\. |--|Response|Status|Body|Error Output|```|\*\*|goroutine|\w+(?:\.\w+)+|panic|\|"
)
_STACK = re.compile(r"\s*(?:at |File |#\d|\.\.\. |raise |self\.|return )")
_KINDS = tuple(Kind)


@dataclass(slots=True)
class Group:
    """The findings that belong to one error, and what is known of it.

    ``reach`` is the end of the last finding looked at, ``past`` that of the lines that it stands on, ``statuses`` are
    all those seen on the way to the innermost error, ``clue`` is the vendor named on its own lines; ``follows`` means
    that it may be the mere consequence of the one before: a server error after an error of a known type.
    """

    findings: list[Finding] = field(default_factory=list)
    settled: bool = False
    vendor: str | None = None
    reach: int = 0
    past: int = 0
    clue: str | None = None
    statuses: set[str] = field(default_factory=set)
    follows: bool = False

    @property
    def start(self) -> int:
        return self.findings[0].start

    @property
    def end(self) -> int:
        return max(finding.end for finding in self.findings)

    @property
    def strongest(self) -> Finding:
        return min(self.findings, key=lambda finding: _KINDS.index(finding.kind))

    @property
    def weak(self) -> bool:
        return all(finding.weak for finding in self.findings)

    @property
    def typed(self) -> bool:
        return any(finding.kind in {Kind.TYPE, Kind.MESSAGE} for finding in self.findings)

    def keep(self, finding: Finding) -> None:
        """Add *finding*; of those that say the same only the first and the last are kept."""
        same = [one for one in self.findings if one.kind is finding.kind and one.value == finding.value]
        if len(same) > 1 and same[-1].weak == finding.weak:
            self.findings.remove(same[-1])
        self.findings.append(finding)

    def values(self, kind: Kind) -> list[str]:
        return [finding.value for finding in self.findings if finding.kind is kind]

    @property
    def identity(self) -> tuple[Kind, str] | None:
        """What makes two incidents the same error: the strongest finding."""
        for kind in _KINDS:
            if values := self.values(kind):
                return kind, values[-1].lower()
        return None


def group(
    folded: str,
    findings: Sequence[Finding],
    over: Callable[[Finding], bool],
    foreign: Callable[[str], str | None] = lambda _: None,
    parted: Callable[[int, int], bool] = lambda _, __: False,
) -> list[Group]:
    """Return the errors of a folded text, in order.

    A finding that is *over* makes a settled one of its own; *foreign* tells the vendor that a piece of text names;
    errors between whose ends and starts words have *parted* them are two.
    """
    groups: list[Group] = []
    outer = False
    for unit in _units(folded, findings, over, parted):
        last = groups[-1] if groups else None
        gap = folded[last.reach : unit[0].start] if last else ""
        begin, past = _extent(folded, unit)
        lines = folded[begin:past]
        clue = foreign(lines)
        chained = not _complete(unit) and not (clue and says_all(lines)) and _marked(gap, _OUTER)
        joins = last and (
            chained
            or (_of_one_vendor(folded, last, clue, gap, folded[begin:past]) and _belongs(folded, last, unit, gap))
        )
        if last is None or last.settled or over(unit[0]) or parted(last.reach, unit[0].start) or not joins:
            last, outer = _opened(unit[0]), False
            last.settled = over(unit[0])
            groups.append(last)
        first = len(groups) - 1
        outer = (outer or chained) and not _complete(unit)
        for finding in unit:
            if finding is groups[-1].findings[0]:
                continue
            outer = outer or _marked(folded[groups[-1].reach : finding.start], _OUTER)
            _add(groups, finding, folded, outer=outer)
            groups[-1].reach = max(groups[-1].reach, finding.end)
        for one in groups[first:]:
            one.clue, one.past = one.clue or clue, max(one.past, past)
    merged = _merged(groups)
    for before, one in pairwise(merged):
        one.follows = before.typed and not one.typed and all(status[0] == "5" for status in one.values(Kind.STATUS))
    return merged


def _units(
    folded: str, findings: Sequence[Finding], over: Callable[[Finding], bool], parted: Callable[[int, int], bool]
) -> Iterator[list[Finding]]:
    """The findings that stand on one line, or within the brackets that it opens."""
    unit: list[Finding] = []
    begin = 0
    for finding in findings:
        apart = unit and (over(unit[-1]) or over(finding) or parted(unit[-1].end, finding.start))
        if apart or (unit and not _in_unit(folded, begin, unit[-1].end, finding.start)):
            yield unit
            unit = []
        if not unit:
            begin = folded.rfind("\n", 0, finding.start) + 1
        unit.append(finding)
    if unit:
        yield unit


def _extent(folded: str, unit: Sequence[Finding]) -> tuple[int, int]:
    """Where the lines of *unit* begin and end, with those that close the brackets it opens."""
    begin = folded.rfind("\n", 0, unit[0].start) + 1
    end = _line_end(folded, unit[-1].end)
    depth = _depth(folded, begin, end)
    if depth <= 0 or _open(folded, begin, end + _READ):
        return begin, end
    for _ in range(_LINES):
        after = _line_end(folded, end + 1)
        depth += _depth(folded, end, after)
        end = after
        if depth <= 0 or end >= len(folded):
            break
    return begin, end


def _line_end(folded: str, position: int) -> int:
    end = folded.find("\n", position)
    return end if end >= 0 else len(folded)


def _of_one_vendor(folded: str, last: Group, clue: str | None, gap: str, lines: str) -> bool:
    """False where *last* and the next *lines* name different vendors, or one of them none and the lines begin anew."""
    said = says_all(_line(folded, last.start))
    if clue == last.clue or "\n" not in gap or (_follows_as_cause(gap) if said else _marked(gap, _INNER)):
        return True
    between = gap.split("\n")[1:-1]
    if clue or "```" in gap or not all("://" in line or (line.strip() and _FRAME.match(line)) for line in between):
        return False
    return _BODY.match(lines) is not None and not said


def _follows_as_cause(gap: str) -> bool:
    """True where the first line after an error, but for its frames, says that its cause comes now."""
    lines = (line for line in gap.split("\n")[1:] if line.strip(" \t\r>|") and not _STACK.match(line))
    return _CAUSE.search(squash(next(lines, ""))[:40]) is not None


def says_all(line: str) -> bool:
    """True where *line* is an error by itself, with its text: not only the status and the place of what follows."""
    return _TROUBLE.search(line) is not None and len(_SAYING.findall(_LOCATED.sub(" ", line))) >= 3


def _in_unit(folded: str, begin: int, end: int, start: int) -> bool:
    broken = folded.rfind("\n", end, start)
    if broken < 0:
        return True
    if start - begin > _READ or not all(_open(folded, begin, at) for at in (_line_end(folded, end), broken)):
        return False
    return not _open(folded, begin, start + _READ)


def _open(folded: str, begin: int, end: int) -> bool:
    """True where more brackets open than close from *begin* to *end*."""
    return _depth(folded, begin, end) > 0


def _depth(folded: str, begin: int, end: int) -> int:
    return folded.count("{", begin, end) - folded.count("}", begin, end)


def _belongs(folded: str, last: Group, unit: Sequence[Finding], gap: str) -> bool:
    """True where *unit* may be more of the error *last*."""
    if not _continues(gap, near=_NEAR if last.typed else _LOOSE) or SUCCESS.search(gap[: gap.rfind("\n") + 1]):
        return False
    echo = last.typed and all(_LONE_STATUS.fullmatch(_line(folded, finding.start)) for finding in unit)
    if echo or _marked(gap, _CAUSE):
        return True
    begins_anew = "\n" in gap and last.weak and _complete(unit) and not _marked(gap, _INNER)
    if begins_anew or (BLANK.search(gap) and not _heads(last, _line(folded, last.findings[-1].start))):
        return False
    if _marked(gap, _INNER) or gap.count("{") > gap.count("}"):
        return True
    return _agrees(last, unit)


def _agrees(last: Group, unit: Sequence[Finding]) -> bool:
    messages = {finding.value for finding in unit if finding.kind is Kind.MESSAGE}
    said = set(last.values(Kind.MESSAGE))
    return not any(_rivals(last, finding) for finding in unit) and not (messages and said and not messages & said)


def _marked(gap: str, marker: re.Pattern[str]) -> bool:
    """True where *marker* leads from one error to the next over *gap*.

    The first one stands before anything else could have begun, in the first or at the second paragraph; the last one
    right before the next error, in its paragraph or the one before.
    """
    if not gap or len(gap) > _READ:
        return False
    first, *others = map(squash, BLANK.split(gap))
    others = [paragraph for paragraph in others if paragraph]
    if not (marker.search(first) or (others and marker.match(others[0]))):
        return False
    return any(marker.search(paragraph) for paragraph in (first, *others)[-2:])


def _heads(last: Group, line: str) -> bool:
    """True where *last*, on *line*, may be the status over a body that follows after a blank line."""
    return all(finding.kind is Kind.STATUS for finding in last.findings) and not _ELSEWHERE.search(line)


def _line(folded: str, position: int) -> str:
    """The line around a position, within reach."""
    before = folded[max(0, position - 400) : position].rpartition("\n")[2]
    return before + folded[position : position + 400].partition("\n")[0]


def _continues(gap: str, near: int) -> bool:
    """True where the text between two findings may be the inside of one error."""
    if len(gap) > _READ:
        return False
    lines = gap.split("\n")
    if len(lines) - 1 <= near:
        return True
    return len(lines) <= _FAR and all(_FRAME.match(line) for line in lines[1:-1])


def _add(groups: list[Group], finding: Finding, folded: str, *, outer: bool) -> None:
    last = groups[-1]
    rivals = _rivals(last, finding)
    if finding.kind is Kind.STATUS and (not rivals or outer):
        last.statuses.add(finding.value)
    if outer and last.typed and finding.kind is Kind.STATUS:
        return
    if not rivals:
        if not outer or finding.kind is not Kind.MESSAGE or finding.known:
            last.keep(finding)
        return
    if outer:
        return
    between = folded[rivals[0].end : finding.start]
    depth = between.count("{") - between.count("}") if len(between) <= _READ else 0
    if _is_own(last, finding, rivals, folded):
        last.findings = [*(one for one in last.findings if one not in rivals), finding]
        last.statuses.add(finding.value)
        return
    if last.typed and (finding.value in last.statuses or _LONE_STATUS.fullmatch(_line(folded, finding.start))):
        return
    if depth > 0 or _INNER.search(squash(between[:_READ])):
        last.findings = [one for one in last.findings if one not in rivals]
        last.findings.append(finding)
        last.statuses.add(finding.value)
    elif depth == 0:
        groups.append(_opened(finding))


def _is_own(last: Group, status: Finding, rivals: Sequence[Finding], folded: str) -> bool:
    """True where *status* stands behind the type of the error on one line, and its *rivals* on lines before."""
    if status.kind is not Kind.STATUS:
        return False
    begin = folded.rfind("\n", 0, status.start) + 1
    named = (one for one in last.findings if one.kind is Kind.TYPE or (one.kind is Kind.MESSAGE and one.known))
    return any(one.start >= begin for one in named) and all(one.end <= begin for one in rivals)


def _opened(finding: Finding) -> Group:
    statuses = {finding.value} if finding.kind is Kind.STATUS else set[str]()
    return Group([finding], reach=finding.end, statuses=statuses)


def _complete(unit: Sequence[Finding]) -> bool:
    """True where *unit* says by itself which error it is."""
    return any(finding.kind is Kind.TYPE or (finding.kind is Kind.MESSAGE and finding.known) for finding in unit)


def _rivals(last: Group, finding: Finding) -> list[Finding]:
    """The findings of a group that contradict *finding*."""
    if finding.kind in {Kind.EXCEPTION, Kind.MESSAGE}:
        return []
    return [one for one in last.findings if one.kind is finding.kind and one.value != finding.value]


def _merged(groups: list[Group]) -> list[Group]:
    merged: list[Group] = []
    for one in groups:
        if merged and merged[-1].settled == one.settled and _shared(merged[-1], one) and _same(merged[-1], one):
            known = {(finding.kind, finding.value) for finding in merged[-1].findings}
            merged[-1].past = max(merged[-1].past, one.past)
            merged[-1].findings += [f for f in one.findings if (f.kind, f.value) not in known]
        else:
            merged.append(one)
    return merged


def _shared(one: Group, other: Group) -> bool:
    """True where *other* may be of the vendor of *one*: it names the same, or says too little to be another's."""
    return one.clue == other.clue or (other.clue is None and not other.typed)


def _same(one: Group, other: Group) -> bool:
    """True where *other* is the same error again, or no more than its echo."""
    if any(_rivals(one, finding) and finding.value not in one.statuses for finding in other.findings):
        return False
    named = {(f.kind, f.value) for f in other.findings if f.kind in {Kind.TYPE, Kind.MESSAGE}}
    if named and named <= {(f.kind, f.value) for f in one.findings}:
        return True
    if one.identity == other.identity:
        return True
    classes = {f.value for f in other.findings if f.kind is Kind.EXCEPTION and not f.weak}
    echoes = set(other.values(Kind.STATUS)) <= one.statuses and classes <= set(one.values(Kind.EXCEPTION))
    return not other.typed and (echoes or (one.typed and bool(one.statuses & set(other.values(Kind.STATUS)))))


def _rank(finding: Finding) -> tuple[int, bool, int, int]:
    """By kind; of messages those that an entry answers come first, then the longest, which says most."""
    length = len(finding.value) if finding.kind is Kind.MESSAGE else 0
    return _KINDS.index(finding.kind), not finding.answered, -length, finding.start


def to_incident(one: Group, place: Callable[[int], tuple[int, int]]) -> Incident:
    """Return the incident with its evidence best rank first; *place* gives the line and column of a position."""
    known = any(finding.kind is Kind.MESSAGE and finding.known for finding in one.findings)
    seen: dict[tuple[Kind, str], Evidence] = {}
    for finding in sorted(one.findings, key=_rank):
        if finding.kind is Kind.MESSAGE and known and not finding.known:
            continue
        key = (finding.kind, finding.value)
        if key not in seen:
            seen[key] = Evidence(finding.kind, finding.value, *place(finding.start))
    return Incident(tuple(seen.values()), one.settled, one.vendor)
