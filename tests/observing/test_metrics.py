import re
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk import Library
from bot.ledger.port import event_key
from bot.model import Delivery, Message, Outcome, Place, Reply
from bot.observing.metrics import OTHER, STEPS, Metrics
from bot.observing.port import SILENT, Observer
from bot.relay import LATE
from tests.conversation.fakes import FAQ, PlainReader, TableRanker
from tests.observing.kit import Bot, asked, labels_of, samples, value

NAMES = {
    *("frontdesk_questions_total", "frontdesk_answers_total", "frontdesk_confidence", "frontdesk_step_seconds"),
    *("frontdesk_rate_limited_total", "frontdesk_invalid_requests_total", "frontdesk_expired_total"),
    *("frontdesk_open_events", "frontdesk_oldest_open_seconds", "frontdesk_content_info"),
    *("frontdesk_connected", "frontdesk_gateway_age_seconds"),
}
BOUNDS = {"le"}  # of a histogram's buckets


async def test_the_names_are_those_that_dashboards_stand_on() -> None:
    bot = Bot()
    bot.watcher.connected("slack", up=True)
    bot.watcher.gateways({0: 1.5})
    await bot.hear(asked())

    shown = await bot.scrape()

    assert {re.sub(r"_(bucket|count|sum)$", "", name) for name, _ in shown} == NAMES


async def test_a_question_is_counted_with_its_outcome_its_entry_and_its_confidence() -> None:
    bot = Bot()
    await bot.hear(asked())
    await bot.hear(asked("what is the weather like?", event="2"))

    shown = await bot.scrape()

    assert value(shown, "frontdesk_questions_total", platform="slack", outcome="answer") == 1
    assert value(shown, "frontdesk_questions_total", platform="slack", outcome="fallback") == 1
    assert value(shown, "frontdesk_answers_total", entry="file-upload-charges") == 1
    assert value(shown, "frontdesk_confidence_count") == 1
    assert value(shown, "frontdesk_confidence_bucket", le="0.9") == 0
    assert value(shown, "frontdesk_confidence_bucket", le="0.95") == 1


async def test_each_step_is_timed() -> None:
    bot = Bot()
    await bot.hear(asked())

    shown = await bot.scrape()

    assert [value(shown, "frontdesk_step_seconds_count", step=step) for step in STEPS] == [1, 1, 1, 1]


async def test_a_step_that_fails_is_timed_too() -> None:
    bot = Bot()
    bot.board.fault = OSError("away")
    await bot.hear(asked())

    shown = await bot.scrape()

    assert value(shown, "frontdesk_step_seconds_count", step="post") == 1


async def test_a_redelivery_and_an_edit_are_no_new_questions() -> None:
    bot = Bot()
    await bot.hear(asked())
    await bot.hear(asked())
    await bot.hear(asked("and the balance?", event="1-edited", revises="1"))

    shown = await bot.scrape()

    questions = {labels: count for (name, labels), count in shown.items() if name == "frontdesk_questions_total"}
    assert sum(questions.values()) == 1


async def test_a_question_found_too_late_is_counted_as_expired() -> None:
    bot = Bot()
    await bot.hear(asked(sent=bot.time - LATE - 1))

    shown = await bot.scrape()

    assert value(shown, "frontdesk_expired_total", platform="slack") == 1


async def test_a_claimed_question_that_expires_before_it_is_taken_up_again_is_counted() -> None:
    bot = Bot()
    reading = await bot.desk.read(asked())
    await bot.desk.claim(asked(), reading)
    bot.time += LATE + 1
    await bot.relay.recover()
    await bot.relay.drain(5)

    shown = await bot.scrape()

    assert value(shown, "frontdesk_expired_total", platform="slack") == 1


async def test_what_is_open_shows_with_the_age_of_the_oldest() -> None:
    bot = Bot()
    bot.watcher.connected("slack", up=True)
    bot.board.fault = OSError("away")
    await bot.hear(asked())
    bot.time += 42

    shown = await bot.scrape()

    assert value(shown, "frontdesk_open_events", platform="slack") == 1
    assert value(shown, "frontdesk_oldest_open_seconds", platform="slack") == 42


def test_a_backlog_that_is_not_known_is_not_shown_rather_than_an_old_one() -> None:
    bot = Bot()
    bot.watcher.connected("slack", up=True)

    shown = samples(bot.watcher.exposition({}).text)

    assert value(shown, "frontdesk_open_events", platform="slack") is None


async def test_counters_of_a_platform_begin_at_nought() -> None:
    bot = Bot()
    bot.watcher.connected("discord", up=False)

    shown = await bot.scrape()

    assert value(shown, "frontdesk_connected", platform="discord") == 0
    assert value(shown, "frontdesk_questions_total", platform="discord", outcome="answer") == 0
    assert value(shown, "frontdesk_rate_limited_total", platform="discord") == 0


async def test_what_a_platform_holds_against_us_is_counted() -> None:
    bot = Bot()
    bot.watcher.rate_limited("slack")
    bot.watcher.refused("discord")
    bot.watcher.refused("discord")

    shown = await bot.scrape()

    assert value(shown, "frontdesk_rate_limited_total", platform="slack") == 1
    assert value(shown, "frontdesk_invalid_requests_total", platform="discord") == 2


async def test_only_the_present_shards_and_the_present_content_show() -> None:
    bot = Bot()
    bot.watcher.gateways({0: 3.0, 1: 4.0})
    await bot.scrape()
    bot.watcher.gateways({1: 5.0})
    bot.library = Library(replace(FAQ, digest="d2"), PlainReader(), TableRanker())

    shown = await bot.scrape()

    ages = {labels: age for (name, labels), age in shown.items() if name == "frontdesk_gateway_age_seconds"}
    assert ages == {frozenset({("shard", "1")}): 5.0}
    assert value(shown, "frontdesk_content_info", digest="d2") == 1
    assert value(shown, "frontdesk_content_info", digest="d1") is None


def test_an_entry_that_the_file_does_not_know_is_other() -> None:
    metrics = Metrics(lambda: FAQ, lambda: 0.0)

    metrics.count("slack", Reply(Outcome.ANSWER, entries=("balance-403", "gone since", "is upload free?")))

    shown = samples(metrics.exposition({}).text)
    assert value(shown, "frontdesk_answers_total", entry="balance-403") == 1
    assert value(shown, "frontdesk_answers_total", entry=OTHER) == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.one_of(st.text(max_size=80), st.sampled_from(("is upload free?", "429", "balance", "search", "account"))),
    author=st.text(min_size=1, max_size=12),
    event=st.text(min_size=1, max_size=12),
    place=st.builds(Place, st.just("slack"), st.text(max_size=8), st.text(max_size=8), st.text(max_size=8)),
    addressed=st.booleans(),
)
async def test_no_label_holds_what_a_person_or_a_platform_sends(
    text: str, author: str, event: str, place: Place, *, addressed: bool
) -> None:
    bot = Bot()
    bot.watcher.connected("slack", up=True)
    bot.watcher.gateways({0: 1.0})
    await bot.hear(Message(event, place, author, text, addressed=addressed))

    shown = await bot.scrape()

    allowed: dict[str, set[str]] = {
        "platform": {"slack"},
        "outcome": {outcome.value for outcome in Outcome},
        "entry": {*FAQ.by_id, OTHER},
        "step": set(STEPS),
        "digest": {FAQ.digest},
        "shard": {"0"},
    }
    assert all(word in allowed[name] for name, word in labels_of(shown) if name not in BOUNDS)


@pytest.mark.uncounted  # counting lines would be measured as well
def test_being_watched_costs_an_answer_less_than_a_tenth_of_a_millisecond() -> None:
    watched = min(_telling(Bot().watcher) for _ in range(10))
    alone = min(_telling(SILENT) for _ in range(10))

    assert watched - alone < 0.0001


def _telling(observer: Observer, times: int = 200) -> float:
    """How many seconds it takes to tell of one answer: all the hooks that it passes."""
    reply = Reply(Outcome.ANSWER, "Yes.", entries=("balance-403",), confidence=0.9)
    delivery, key = Delivery(asked(), reply), event_key(asked())
    started = time.thread_time()  # not what others take of the processor meanwhile
    for _ in range(times):
        with observer.event(key), observer.step("read"):
            pass
        with observer.event(key):
            for step in STEPS[1:]:
                with observer.step(step):
                    pass
            observer.decided(delivery)
    return (time.thread_time() - started) / times
