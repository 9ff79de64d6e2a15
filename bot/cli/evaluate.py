"""Puts labelled cases to the desk and lays the report out as text."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

from bot.evaluation import Case, Report, Score, Tally, Verdict, judge, labels
from bot.model import Message, Outcome, Place, Reply

Consider = Callable[[Message], Awaitable[Reply | None]]

COLUMNS = ("turns", "accuracy", "wrong answers", "coverage")


async def put_all(cases: Sequence[Case], consider: Consider, advance: Callable[[int], None]) -> tuple[Score, ...]:
    """Return the judged reply to every turn of *cases*, in order; *advance* is told of each turn that is done."""
    known = labels(cases)
    scores = []
    for place, case in enumerate(cases, 1):
        for number, turn in enumerate(case.turns, 1):
            message = Message(f"{place}.{number}", Place("eval", thread=str(place)), turn.author, turn.text)
            reply = await consider(message) or Reply(Outcome.SILENCE)
            scores.append(Score(case, number, judge(turn, reply, known), reply))
            advance(1)
    return tuple(scores)


def to_text(report: Report) -> str:
    """Return *report* as text: the figures, then what was taken for what, then each turn that was not right."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield from _table("", {"all": report.overall, **report.kinds})
    yield ""
    yield from _table("language", report.languages)
    yield ""
    yield ", ".join(f"{report.overall.verdicts[verdict]} {verdict.value}" for verdict in Verdict)
    if not report.not_right:
        return
    yield from ("", f"{'expected':<28}{'got':<28}times")
    for (expected, got), count in report.confusions.most_common():
        yield f"{expected:<28}{got:<28}{count:>5}"
    yield from ("", f"{'id':<14}{'turn':>4}  {'verdict':<12}{'expected':<28}{'got':<28}confidence")
    yield from map(_row, report.not_right)


def _table(title: str, rows: Mapping[str, Tally]) -> Iterator[str]:
    yield f"{title:<14}" + "".join(f"{column:>15}" for column in COLUMNS)
    for name, tally in rows.items():
        shares = "".join(f"{share:>15.1%}" for share in (tally.accuracy, tally.wrong_answers, tally.coverage))
        yield f"{name:<14}{tally.turns:>15}{shares}"


def _row(score: Score) -> str:
    confidence = "" if score.reply.confidence is None else f"{score.reply.confidence:.2f}"
    where = f"{score.case.id:<14}{score.number:>4}  {score.verdict.value:<12}"
    return f"{where}{score.turn.label:<28}{score.got:<28}{confidence:>10}".rstrip()
