import json

from bot.cli.evaluate import put_all, to_text
from bot.evaluation import Verdict, read_cases, summarise
from bot.model import Message, Outcome, Reply

CASES = read_cases(
    [
        json.dumps(line)
        for line in (
            {"id": "q1", "text": "auth-401", "expected": "auth-401", "kind": "question", "lang": "en"},
            {"id": "q2", "text": "balance-403", "expected": "auth-401", "kind": "trace", "lang": "zh"},
            {
                "id": "c1",
                "lang": "en",
                "turns": [
                    {"user": "auth-401", "expect": "auth-401"},
                    {"user": "thanks", "expect": "abstain", "user_id": "someone"},
                ],
            },
        )
    ],
    "labelled.jsonl",
)


async def parrot(message: Message) -> Reply | None:
    """Answers with the entry that the message names; None for anything else."""
    if "-" not in message.text:
        return None
    return Reply(Outcome.ANSWER, "...", entries=(message.text,), confidence=0.9)


async def test_every_turn_is_asked_once_in_the_thread_of_its_conversation() -> None:
    asked: list[Message] = []
    done: list[int] = []

    async def note(message: Message) -> Reply | None:
        asked.append(message)
        return await parrot(message)

    await put_all(CASES, note, done.append)

    threads = [message.place.thread for message in asked]
    assert [message.text for message in asked] == ["auth-401", "balance-403", "auth-401", "thanks"]
    assert threads[2] == threads[3]
    assert len(set(threads)) == 3
    assert len({message.event for message in asked}) == 4
    assert asked[3].author == "someone"
    assert sum(done) == 4


async def test_the_scores_are_in_the_order_of_the_labels() -> None:
    scores = await put_all(CASES, parrot, lambda _: None)

    assert [(score.case.id, score.verdict) for score in scores] == [
        ("q1", Verdict.RIGHT),
        ("q2", Verdict.WRONG),
        ("c1", Verdict.RIGHT),
        ("c1", Verdict.RIGHT),
    ]


async def test_the_text_shows_figures_confusions_and_what_was_not_right() -> None:
    report = summarise(await put_all(CASES, parrot, lambda _: None))

    assert to_text(report).splitlines() == [
        "                        turns       accuracy  wrong answers       coverage",
        "all                         4          75.0%          33.3%         100.0%",
        "conversation                2         100.0%           0.0%         100.0%",
        "question                    1         100.0%           0.0%         100.0%",
        "trace                       1           0.0%         100.0%         100.0%",
        "",
        "language                turns       accuracy  wrong answers       coverage",
        "en                          3         100.0%           0.0%         100.0%",
        "zh                          1           0.0%         100.0%         100.0%",
        "",
        "3 right, 0 further, 1 wrong, 0 incomplete, 0 offered, 0 missed",
        "",
        "expected                    got                         times",
        "auth-401                    balance-403                     1",
        "",
        "id            turn  verdict     expected                    got                         confidence",
        "q2               1  wrong       auth-401                    balance-403                       0.90",
    ]


async def test_nothing_wrong_leaves_the_figures_alone() -> None:
    report = summarise(await put_all(CASES[:1], parrot, lambda _: None))

    assert to_text(report).splitlines()[-1].startswith("1 right")
