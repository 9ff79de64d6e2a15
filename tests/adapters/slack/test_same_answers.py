"""The answers in Slack are those of ``frontdesk batch``, for every labelled question."""

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.slack import render
from bot.assembly import Service
from bot.cli.batch import read_line, to_object
from bot.faq.content import Faq
from bot.model import Delivery, Reply
from tests.adapters.slack.kit import bot_on, idle, new_desk
from tests.fakes.human import Shown
from tests.fakes.slack.human import SlackPerson
from tests.fakes.slack.rendering import read_blocks

LINES = (Path(__file__).parents[2] / "data" / "kimi-dev.jsonl").read_bytes().splitlines()


def said(reply: Reply) -> dict[str, Any]:
    return {**to_object(None, reply, 0), "evidence": None}


@pytest.mark.uncounted
async def test_every_labelled_question_gets_the_answer_that_batch_gives(service: Service) -> None:
    desk = new_desk(service)
    batch = [await desk.consider(read_line(line, number).message) for number, line in enumerate(LINES, 1)]
    async with bot_on("sockets", service) as bot:
        for number, line in enumerate(LINES):
            asker = SlackPerson(bot.slack, bot.slack.channel(f"help-{number}"), idle=idle)
            await asker.say(json.loads(line)["text"])
        shown = await bot.person.until(lambda seen: len(public(seen)) == len(LINES), seconds=60)

        in_slack = {record.delivery.message.place.channel: record.delivery for record in bot.ledger.records()}
        words = {one.channel: one.text for one in public(shown)}
        for number, expected in enumerate(batch):
            assert expected is not None
            channel = bot.slack.channel(f"help-{number}").id
            assert said(in_slack[channel].reply) == said(expected)
            assert words[channel] == on_screen(in_slack[channel], bot.desk.library().faq)


def public(shown: tuple[Shown, ...]) -> list[Shown]:
    """What everybody sees."""
    return [one for one in shown if not one.private]


def on_screen(delivery: Delivery, faq: Faq) -> str:
    posts = render.to_posts(delivery, render.related_to(delivery.reply, faq))
    return "\n".join(read_blocks(list(post.blocks)) for post in posts)
