"""The composition root: from the settings to a desk that answers, and that follows its file."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import bot.faq
import bot.matching
from bot import encoder
from bot.cache import keep_newest, load_arrays, save_arrays
from bot.desk import Desk, Library
from bot.encoder import RememberingEncoder
from bot.faq.content import Faq
from bot.faq.load import load
from bot.ledger.memory import MemoryLedger
from bot.matching.learning import recall
from bot.matching.matcher import Matcher
from bot.reading.reader import Reader
from bot.settings import Settings

MOST_LESSONS = 8  # files of a few megabytes; an author at work makes a new one with each edit


@dataclass(frozen=True, slots=True)
class Built(Library):
    """What is built from a file; its ranker can also say why it ranks so."""

    ranker: Matcher


class Service:
    """A desk over one file, with what was last built from the file.

    ``library`` is swapped by one assignment, so that a message is answered from the old content or from the new.
    """

    def __init__(self, path: Path, build: Callable[[Faq], Built]) -> None:
        """Serve the file at *path*.

        Raises:
            FaqError: the file cannot be served.
        """
        self.path = path
        self.library = build(load(path))
        self.desk = Desk(lambda: self.library, MemoryLedger(time.time), time.time)
        self._build = build

    async def follow(self, notify: Callable[[str], None]) -> None:
        """Serve every good edit of the file, until cancelled; *notify* is told what became of each edit."""
        from bot.faq.watch import watch  # noqa: PLC0415 - one question is answered without a watch

        edits: asyncio.Queue[Faq] = asyncio.Queue()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._take(edits, notify))
            never = asyncio.Event()
            await watch(self.path, edits.put_nowait, notify, never, serving=self.library.faq.digest)

    async def _take(self, edits: asyncio.Queue[Faq], notify: Callable[[str], None]) -> None:
        """Build each of *edits* in a thread, so that questions are answered meanwhile, and swap it in."""
        while True:
            faq = await edits.get()
            try:
                self.library = await asyncio.to_thread(self._build, faq)
            except Exception as error:  # noqa: BLE001 - whatever an edit brings about, what was built before serves on
                notify(f"{self.path.name} as it is now cannot be used ({type(error).__name__}); nothing has changed")
            else:
                notify(f"{self.path.name} was read again: {len(faq.entries)} entries")


def open_service(settings: Settings) -> Service:
    """Return a service over the file that *settings* name.

    Raises:
        FaqError: the file cannot be served.
    """
    return Service(faq_path(settings), builder(settings))


def faq_path(settings: Settings) -> Path:
    """The file that *settings* name, else the one that came with the program: in its package, or above a checkout's."""
    packaged = Path(bot.faq.__path__[0], "faq.yaml")
    return settings.faq or (packaged if packaged.is_file() else Path(bot.__path__[0]).parent / "faq.yaml")


def builder(settings: Settings) -> Callable[[Faq], Built]:
    """What makes the reader and the matcher from a file's content, with the encoder where there is one."""
    found = encoder.installed(settings.cache) if settings.semantic else None
    meaning = RememberingEncoder(found, settings.cache / "phrasings.npz") if found else None
    background = _background()

    def build(faq: Faq) -> Built:
        if found:
            found.load()
        file = settings.cache / f"lesson-{_digest(faq, background, meaning)}.npz"
        return Built(faq, Reader(faq), _recalled(faq, meaning, file) or _learned(faq, background, meaning, file))

    return build


def _recalled(faq: Faq, meaning: RememberingEncoder | None, file: Path) -> Matcher | None:
    """The matcher over the lesson that an earlier start left in *file*; None where there is none to use."""
    arrays = load_arrays(file)
    if arrays is None:
        return None
    try:
        return Matcher(faq, encoder=meaning, lesson=recall(faq, arrays, meaning))
    except (KeyError, ValueError):
        return None


def _learned(faq: Faq, background: Sequence[str], meaning: RememberingEncoder | None, file: Path) -> Matcher:
    """The matcher over a lesson learnt now, which is left in *file*."""
    with meaning.learning() if meaning else nullcontext():
        matcher = Matcher(faq, background, meaning)
    save_arrays(file, matcher.lesson.to_arrays())
    keep_newest(file.parent, "lesson-*.npz", MOST_LESSONS)
    return matcher


def _digest(faq: Faq, background: Sequence[str], meaning: RememberingEncoder | None) -> str:
    """A name for all that a lesson hangs on: the content, the chatter, the encoder, and the code that learns."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (faq.digest, meaning.name if meaning else "", *background):
        digest.update(f"{part}\n".encode())
    for module in sorted(Path(bot.matching.__path__[0]).glob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()


def _background() -> tuple[str, ...]:
    """The built-in chatter that no file answers."""
    lines = Path(bot.matching.__path__[0], "background.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
