"""What the shipped faq.yaml must do, as it is served: with and without the encoder."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import product

import pytest

from bot.encoder import RememberingEncoder
from bot.model import Kind, Match
from tests.matching.conftest import Shipped
from tests.matching.fakes import reading

BALANCE, RATE = "balance-403", "rate-limit-429"
TYPE = "exceeded_current_quota_error"
SAID = (
    "Insufficient balance",
    "Your account org-EXAMPLE <ak-EXAMPLE> is suspended due to insufficient balance, please recharge your account",
    "You exceeded your current token quota: please check your account balance",
)


def ranked(shipped: Shipped, text: str) -> tuple[Match, ...]:
    return shipped.built.ranker.rank(shipped.built.reader.read(text, ()))


def test_every_entry_wins_on_its_own_question_and_phrasings(shipped: Shipped) -> None:
    asked = [
        (entry.id, text)
        for entry in shipped.built.faq.entries
        for wording in entry.wordings.values()
        for text in (wording.question, *wording.phrasings)
    ]
    encoder = shipped.built.ranker.lesson.likeness.encoder

    with encoder.learning() if isinstance(encoder, RememberingEncoder) else nullcontext():
        first = [next((match.entry for match in ranked(shipped, text)), None) for _, text in asked]

    losers = [f"{id_}: {text!r} goes to {won}" for (id_, text), won in zip(asked, first, strict=True) if won != id_]
    assert len(losers) <= 0.01 * len(asked), "\n".join(losers)


def test_what_the_file_does_not_answer_is_hardly_ever_answered(shipped: Shipped) -> None:
    asked = shipped.built.faq.unanswered[::5]

    best = [max((match.confidence for match in ranked(shipped, text)), default=0) for text in asked]

    answered = [
        text for text, confidence in zip(asked, best, strict=True) if confidence >= shipped.built.ranker.threshold
    ]
    assert len(answered) <= 0.02 * len(asked), "\n".join(answered)


def bodies() -> Iterator[tuple[int, str]]:
    """JSON bodies of an empty balance with their status: by type, by message, and by both."""
    errors = [{"message": "something", "type": TYPE}]
    for message in SAID:
        errors += [{"message": message}, {"message": message, "type": TYPE}]
    for status, error in product((429, 403), errors):
        yield status, json.dumps({"error": error})


def wrapped(status: int, body: str) -> Iterator[str]:
    """What people paste of the same *body*."""
    reason = {429: "Too Many Requests", 403: "Forbidden"}[status]
    name = {429: "RateLimitError", 403: "PermissionDeniedError"}[status]
    raised = f"Error code: {status} - {json.loads(body)}"
    parsed = json.loads(body)
    yield body
    yield f"```json\n{json.dumps(parsed, indent=2)}\n```"
    yield raised
    yield f'Traceback (most recent call last):\n  File "bill.py", line 429, in main\nopenai.{name}: {raised}'
    yield f"HTTP/1.1 {status} {reason}\nContent-Type: application/json\n\n{body}"
    yield f"> POST /v1/chat/completions HTTP/2\n< HTTP/2 {status}\n< content-type: application/json\n<\n{body}"
    yield f"2026-02-03T04:05:06Z ERROR worker[403] request failed with status {status}: {body}"
    yield f'app-1  | {{"level": "error", "status": {status}, "body": {json.dumps(body)}}}'
    yield f"litellm.{name}: {name}: OpenAIException - {raised}"
    yield f"{status} {parsed['error']['message']}\n    at generate (error.mjs:429:20) {{\n  error: {body}\n}}"
    yield f"{status} {body.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}"


AROUND = (
    "",
    "I get this all the time, should I wait and retry?",
    "is that the rate limit? 429?",
    "一直报429，是限流吗？",
)


@pytest.mark.parametrize("asking", AROUND, ids=["alone", "wait?", "rate limit?", "zh"])
def test_an_empty_balance_never_reads_as_a_rate_limit_however_it_is_pasted(shipped: Shipped, asking: str) -> None:
    pastes = [
        paste if not asking else f"{asking}\n{paste}" for status, body in bodies() for paste in wrapped(status, body)
    ]
    if asking:
        pastes = pastes[::3]

    first = [(ranked(shipped, paste) or (Match("nothing", 0),))[0] for paste in pastes]

    astray = [f"{match.entry}: {paste}" for match, paste in zip(first, pastes, strict=True) if match.entry != BALANCE]
    assert not astray, "\n\n".join(astray)


def test_a_status_behind_the_body_leaves_an_empty_balance_what_it_is(shipped: Shipped) -> None:
    body = json.dumps({"error": {"message": "insufficient balance", "type": TYPE}})

    assert ranked(shipped, f"is that the rate limit? 429?\n{body} (403)")[0].entry == BALANCE


@pytest.mark.parametrize("status", ["429", "403"])
@pytest.mark.parametrize("told", [(Kind.TYPE, TYPE), (Kind.MESSAGE, "insufficient balance")], ids=["type", "message"])
def test_no_question_talks_the_evidence_of_an_empty_balance_into_a_rate_limit(
    shipped: Shipped, told: tuple[Kind, str], status: str
) -> None:
    ranker = shipped.built.ranker
    wordings = shipped.built.faq.by_id[RATE].wordings.values()
    questions = ["", *(text for wording in wordings for text in (wording.question, *wording.phrasings))]

    for question in questions[:: 4 if shipped.semantic else 1]:
        matches = ranker.rank(reading(question, told, (Kind.STATUS, status), (Kind.EXCEPTION, "RateLimitError")))

        assert matches[0].entry == BALANCE, question
        assert matches[0].confidence >= ranker.threshold
        assert sum(match.confidence for match in matches if match.entry == RATE) < 0.05
