"""Traces: a bare error, wrapped up to six times, damaged up to four times, each told by seed and number."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.fire.bases import Base, bases
from tests.fire.damage import DAMAGE, RARE
from tests.fire.wrappers import WRAPPERS, Wrapper

MOST_WRAPPERS, MOST_DAMAGE = 6, 4


@dataclass(frozen=True, slots=True)
class Trace:
    """A text with the bare error it was made of, and the names of what was done to it."""

    text: str
    base: Base
    wrappers: tuple[str, ...]
    damage: tuple[str, ...]


def generator(*seed: object) -> Random:
    """Return a source of chance that is the same for the same *seed*."""
    return Random("-".join(map(str, seed)))  # noqa: S311 - repeatable on purpose, nothing here is secret


def traces(count: int, seed: int) -> Iterator[Trace]:
    """Yield *count* traces; each base, wrapper and damage comes up alone as well as with others."""
    every = bases()
    for number in range(count):
        random = generator(seed, number)
        yield trace(random.choice(every), random)


def trace(base: Base, random: Random) -> Trace:
    """Return a trace of *base*, by chance."""
    wrappers = pick(base, random)
    text = base.text
    for wrapper in wrappers:
        text = wrapper.wrap(text, base, random)
    chosen = _damage(random)
    for name in chosen:
        text = DAMAGE[name](text, base, random)
    return Trace(text, base, tuple(wrapper.name for wrapper in wrappers), chosen)


def pick(base: Base | None, random: Random) -> list[Wrapper]:
    """Return one to six wrappers that fit, innermost first: clients before languages before logs before chats."""
    fitting = [wrapper for wrapper in WRAPPERS if wrapper.fits(base)]
    chosen = random.choices(fitting, k=random.randint(1, MOST_WRAPPERS))
    return sorted(_once(chosen), key=lambda wrapper: wrapper.layer)


def _once(chosen: list[Wrapper]) -> list[Wrapper]:
    """All of JSON, which nests in itself up to four times; of everything else the first."""
    return [one for at, one in enumerate(chosen) if one.name == "JSON in JSON" or one not in chosen[:at]]


def _damage(random: Random) -> tuple[str, ...]:
    weighted = [name for name in DAMAGE if random.random() < RARE.get(name, 1.0)]
    chosen = random.sample(weighted, random.randint(0, MOST_DAMAGE))
    return tuple(name for name in DAMAGE if name in chosen)
