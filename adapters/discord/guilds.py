"""The rules of the servers, read from the ledger once and kept at hand."""

import asyncio
import logging

from adapters.discord.rules import USUAL, Rules
from adapters.discord.translate import DIRECT, PLATFORM
from bot.ledger.port import Ledger, LedgerError
from bot.model import Place

log = logging.getLogger(__name__)


class Guilds:
    """Rules by tenant; a server belongs to one process, which alone changes them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, asyncio.Task[Rules]] = {}

    async def rules(self, tenant: str) -> Rules:
        """Return the rules of *tenant*; the usual ones while the ledger is away.

        Those who wait for the same rules go on in the order in which they came.
        """
        if tenant == DIRECT:
            return USUAL
        if (reading := self._known.get(tenant)) is None:
            reading = self._known[tenant] = asyncio.create_task(self._read(tenant))
        elif reading.done():
            return reading.result()
        return await asyncio.shield(reading)

    async def save(self, tenant: str, rules: Rules) -> None:
        """Keep *rules* for *tenant*.

        Raises:
            LedgerError: they could not be kept; those before still hold.
        """
        await self._ledger.save_settings(Place(PLATFORM, tenant), rules.to_mapping())
        self._known.pop(tenant, None)

    def drop(self, tenant: str) -> None:
        """Let go of the rules of *tenant*."""
        self._known.pop(tenant, None)

    async def _read(self, tenant: str) -> Rules:
        try:
            return Rules.from_mapping(await self._ledger.settings(Place(PLATFORM, tenant)))
        except LedgerError as error:
            log.warning("the settings of a server cannot be read: %s", error)
            self._known.pop(tenant, None)
            return USUAL
