"""Every way in and out, told as a person sees it, through the real Bolt in both transports."""

from collections.abc import AsyncIterator

import pytest

from bot.assembly import Service
from tests.adapters.slack.kit import TRANSPORTS, Bot, bot_on

BALANCE = "How to handle 403 insufficient balance error?"


@pytest.fixture(params=TRANSPORTS)
async def bot(request: pytest.FixtureRequest, service: Service) -> AsyncIterator[Bot]:
    async with bot_on(request.param, service) as running:
        yield running


async def test_a_mention_is_answered_in_its_thread(bot: Bot) -> None:
    asked = await bot.person.say(BALANCE)

    (answer,) = await bot.person.quiet()

    assert answer.thread == asked.key
    assert BALANCE in answer.text
    assert "Helpful" in answer.labels
