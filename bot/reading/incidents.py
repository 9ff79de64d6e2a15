"""The findings of a text put together into errors: nested wrappers, retries, solved and foreign ones told apart."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.model import Evidence, Incident, Kind
from bot.reading.evidence import Finding

_NEAR = 2
_FAR = 80
_READ = 8000
"""The most characters between two findings of one error."""

_OUTER = re.compile(
    r"The above exception was the direct cause|During handling of the above exception|wrapped by|rethrown", re.I
)
_INNER = re.compile(
    r"caused by|root cause|cause[\"'\\]{0,8}\s?[:=]|inner ?exception|--->|nested exception|Response (?:Text|Body)|reason:",
    re.I,
)
_FRAME = re.compile(
    r"\s|$|at |File |#\d|Traceback|Caused by|The above exception|During handling|[<>*{}\[\]()] ?|[\w-]{1,40}: |[~^]+$|HTTP/|"
    r"\.\.\. |--|Response|Status|Body|Error Output|```|\*\*|goroutine|\w+(?:\.\w+)+|panic|\|"
)
_KINDS = tuple(Kind)


@dataclass(slots=True)
class Group:
    """The findings that belong to one error, and what is known of it."""

    findings: list[Finding] = field(default_factory=list)
    settled: bool = False
    vendor: str | None = None

    @property
    def start(self) -> int:
        return self.findings[0].start

    @property
    def end(self) -> int:
        return max(finding.end for finding in self.findings)

    @property
    def weak(self) -> bool:
        return all(finding.weak for finding in self.findings)

    def values(self, kind: Kind) -> list[str]:
        return [finding.value for finding in self.findings if finding.kind is kind]

    @property
    def identity(self) -> tuple[Kind, str] | None:
        """What makes two incidents the same error: the strongest finding."""
        for kind in _KINDS:
            if values := self.values(kind):
                return kind, values[-1].lower()
        return None


def group(folded: str, findings: Sequence[Finding]) -> list[Group]:
    """Return the errors of a folded text, in order."""
    groups: list[Group] = []
    outer = False
    for finding in findings:
        last = groups[-1] if groups else None
        gap = folded[last.end : finding.start] if last else ""
        if last is None or not _continues(gap):
            groups.append(Group([finding]))
            outer = False
            continue
        outer = outer or _OUTER.search(gap) is not None
        _add(groups, last, finding, gap, folded, outer=outer)
    return [one for one in _merged(groups) if one.findings]


def _continues(gap: str) -> bool:
    """True where the text between two findings may be the inside of one error."""
    if len(gap) > _READ:
        return False
    lines = gap.split("\n")
    if len(lines) - 1 <= _NEAR:
        return True
    return len(lines) <= _FAR and all(_FRAME.match(line) for line in lines[1:-1])


def _add(groups: list[Group], last: Group, finding: Finding, gap: str, folded: str, *, outer: bool) -> None:
    rivals = _rivals(last, finding)
    if not rivals:
        last.findings.append(finding)
    elif outer:
        return
    elif _INNER.search(gap) or _deeper(folded, rivals[0], finding) > 0:
        last.findings = [one for one in last.findings if one not in rivals and one.kind is not finding.kind]
        last.findings.append(finding)
    elif _deeper(folded, rivals[0], finding) < 0:
        return
    else:
        groups.append(Group([finding]))


def _rivals(last: Group, finding: Finding) -> list[Finding]:
    """The findings of a group that contradict *finding*."""
    if finding.kind in {Kind.EXCEPTION, Kind.MESSAGE}:
        return []
    return [one for one in last.findings if one.kind is finding.kind and one.value != finding.value]


def _deeper(folded: str, one: Finding, other: Finding) -> int:
    """How much deeper in brackets *other* stands than *one*, 0 where they do not share a bracket."""
    between = folded[one.end : other.start]
    if len(between) > _READ:
        return 0
    return between.count("{") - between.count("}")


def _merged(groups: list[Group]) -> list[Group]:
    merged: list[Group] = []
    for one in groups:
        if merged and _same(merged[-1], one):
            known = {(finding.kind, finding.value) for finding in merged[-1].findings}
            merged[-1].findings += [f for f in one.findings if (f.kind, f.value) not in known]
        else:
            merged.append(one)
    return merged


def _same(one: Group, other: Group) -> bool:
    """True where *other* is the same error again."""
    if one.identity == other.identity:
        return not any(_rivals(one, finding) for finding in other.findings)
    shared = {(f.kind, f.value) for f in one.findings}
    return all((f.kind, f.value) in shared for f in other.findings)


def _rank(finding: Finding) -> tuple[int, int, int]:
    """By kind; of messages the longest phrase, which says most, comes first."""
    return _KINDS.index(finding.kind), -len(finding.value) * (finding.kind is Kind.MESSAGE), finding.start


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
