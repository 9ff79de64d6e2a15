"""Replicas on Slack over HTTP, one to three of them on one PostgreSQL: how many questions a second, and how soon."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from tests.addresses import free_address, reachable
from tests.chaos.slack_side import Balanced
from tests.fakes.slack import FakeSlack
from tests.ledger.server import Server
from tests.scale.crew import Crew
from tests.scale.load import Askers, Figures, ask_at_once
from tests.scale.stage import prepare, used, with_more

WARMING = 50  # questions for each replica before anything is measured
AT_ONCE = 12  # questions that wait at any time, for each replica


@dataclass(frozen=True, slots=True)
class Served:
    """What so many *replicas* did together, and the seconds of a processor that all of them took for a question."""

    replicas: int
    figures: Figures
    cpu: float


async def serve_together(folder: Path, server: Server, replicas: int, count: int) -> Served:
    """Let so many *replicas* answer *count* questions as fast as they can."""
    async with FakeSlack(strict=False) as slack:
        environment = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
        }
        orders = prepare(folder, "slack", server.create(f"replicas_{replicas}"), environment)
        each = [with_more(orders, f"{slot}", FRONTDESK_HTTP_ADDR=free_address()) for slot in range(replicas)]
        crew = Crew(each)
        try:
            crew.start()
            await asyncio.gather(*map(reachable, crew.addresses))
            ways = [slack.deliver_to(f"http://{address}/slack/events") for address in crew.addresses]
            slack._dispatcher.transport = Balanced(ways)
            askers = Askers(slack)
            await ask_at_once(askers, AT_ONCE * replicas, WARMING * replicas)
            before = sum(used(pid).cpu for pid in crew.pids)
            figures = await ask_at_once(askers, AT_ONCE * replicas, count)
            cpu = (sum(used(pid).cpu for pid in crew.pids) - before) / max(1, figures.answered)
        finally:
            await crew.stop()
        return Served(replicas, figures, cpu)
