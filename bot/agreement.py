"""Sees that processes on one ledger answer from one content, while an edit of faq.yaml goes round among them.

Two rules, neither of which stops the service while an operator's change is half way:

* A process that starts is ready when it has the newest content that is served. One with an older file waits for its
  file to change or to be replaced; if neither happens for a minute, an operator has gone back to it on purpose, and it
  becomes the newest again. A process that is ready stays so until its own content changes.
* A conversation that was answered from newer content is not answered from older: `bot.ledger.sql` refuses to record
  that, in the very transaction, and leaves the event to whoever looks for open events next. A process with the newer
  content is among them within `bot.relay.PAUSE`; after `bot.ledger.contents.WAIT` anybody answers. So a conversation
  goes from the old content to the new one once, and never back, however the change goes round.

A file of SQLite has one process, and there is nothing to agree on.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from bot.ledger.contents import Served
from bot.ledger.port import LedgerError

LOOK = 2.0  # seconds between two looks at what is served
PATIENCE = 60.0  # seconds after which an older content is there on purpose

log = logging.getLogger(__name__)


class Contents(Protocol):
    """Where processes tell each other what they answer from."""

    async def publish_content(self, content: str, *, as_newest: bool = False) -> Sequence[Served]:
        """Say that this process answers from *content*, and return all that is served now, the newest first."""
        ...


class Agreement:
    """What this process knows of the content of all."""

    def __init__(self, contents: Contents, content: Callable[[], str], clock: Callable[[], float]) -> None:
        """Compare *content*, the digest of what is served here, with that of others; *clock* counts seconds."""
        self._contents = contents
        self._content = content
        self._clock = clock
        self._agreed = ""  # the digest with which this process became ready
        self._compared = ""
        self._since = clock()

    def missing(self) -> Sequence[str]:
        """What keeps this process from being ready, in words for an operator."""
        if self._agreed == self._content():
            return ()
        return ("the content is not yet known to be the newest that is served",)

    async def keep(self) -> None:
        """Compare, now and again and again, until cancelled."""
        while True:
            try:
                await self.compare()
            except LedgerError as error:
                log.warning("the content cannot be compared with that of other processes: %s", error)
            await asyncio.sleep(LOOK)

    async def compare(self) -> None:
        """Compare once.

        Raises:
            LedgerError: the ledger is away.
        """
        content = self._content()
        if content != self._compared:
            self._compared, self._since = content, self._clock()
        served = await self._contents.publish_content(content, as_newest=self._is_on_purpose(content))
        if not served or served[0].content == content:
            self._agreed = content

    def _is_on_purpose(self, content: str) -> bool:
        return self._agreed != content and self._clock() - self._since > PATIENCE
