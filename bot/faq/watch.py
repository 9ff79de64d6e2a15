"""Follows faq.yaml while the bot runs: a good edit is swapped in, a bad one is complained of once.

The directory is watched and not the file, because editors replace a file by renaming another over it and Kubernetes
turns a symbolic link beside it: a watch of the file itself would be left behind. Whatever the watch may miss (a link
into another directory, a network disk, a directory that was replaced) is found by a look at the file every few seconds.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from watchfiles import awatch

from bot.faq.content import Faq
from bot.faq.faults import FaqError
from bot.faq.load import parse, read


async def watch(
    path: Path,
    swap: Callable[[Faq], None],
    complain: Callable[[str], None],
    stop: asyncio.Event,
    *,
    serving: str = "",
    debounce: int = 400,
    poll: int = 10_000,
) -> None:
    """Follow the file at *path* until *stop* is set; no error ends it earlier.

    Args:
        path: The file, which may come and go.
        swap: Takes each content that is valid and differs from the one before; called on the event loop.
        complain: Takes why an edit is not used: once for each, until the file changes again.
        stop: Ends the watch.
        serving: The digest of the content that is being served; where it is empty, what is found first is swapped in.
        debounce: Milliseconds in which changes that follow each other are taken together.
        poll: Milliseconds after which the file is looked at without any change being noticed.
    """
    follower = Follower(path, serving, swap, complain)
    while not stop.is_set():
        try:
            follower.take(await asyncio.to_thread(follower.look))
            changes = awatch(
                path.parent,
                watch_filter=None,
                recursive=False,
                debounce=debounce,
                rust_timeout=poll,
                yield_on_timeout=True,
                stop_event=stop,
            )
            async for _ in changes:
                follower.take(await asyncio.to_thread(follower.look))
        except (OSError, RuntimeError) as error:
            follower.take(follower.unwatched(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), poll / 1000)


class Follower:
    """What is known of a file: which content serves, and what was complained of."""

    def __init__(self, path: Path, serving: str, swap: Callable[[Faq], None], complain: Callable[[str], None]) -> None:
        self.path = path
        self.serving = serving
        self.swap = swap
        self.complain = complain
        self.refused = ""  # the digest of the last bad content, or why it could not even be read
        self._seen: tuple[int, ...] = ()
        self._said = ""

    def look(self) -> Faq | str | None:
        """New content, or why there is none although the file changed; None where there is nothing new."""
        seen = self._signature()
        if seen and seen == self._seen:
            return None
        self._seen = seen
        try:
            text = read(self.path)
        except FaqError as error:
            self._seen = ()  # it may become readable without a change
            return self._refuse(str(error), error)
        digest = sha256(text).hexdigest()
        if digest == self.serving:
            self.refused = ""
            return None
        try:
            return parse(text, self.path.name) if digest != self.refused else None
        except FaqError as error:
            return self._refuse(digest, error)

    def take(self, found: Faq | str | None) -> None:
        """Swap in the content that was *found*, or complain of why there is none."""
        if found is None:
            return
        if isinstance(found, str):
            self.complain(found)
            return
        try:
            self.swap(found)
        except Exception as error:  # noqa: BLE001  # whatever fails there, the old content serves on, and so does the watch
            self.refused = found.digest
            self.complain(f"{self.path.name} is valid but could not be taken into use ({error})")
        else:
            self.serving, self.refused = found.digest, ""

    def unwatched(self, error: Exception) -> str | None:
        """Why the directory cannot be watched, unless that was said last."""
        said, self._said = self._said, f"{self.path.parent} cannot be watched, only looked at now and then: {error}"
        return self._said if self._said != said else None

    def _refuse(self, what: str, error: FaqError) -> str | None:
        if what == self.refused:
            return None
        self.refused = what
        return f"{self.path.name} as it is now is not used, the content before it keeps serving:\n{error}"

    def _signature(self) -> tuple[int, ...]:
        """What changes whenever the file does; empty where there is none."""
        try:
            stat = self.path.stat()
        except OSError:
            return ()
        return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
