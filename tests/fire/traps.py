"""Texts full of numbers that look like statuses, without any error, in the same wrappers."""

from collections.abc import Iterator

from tests.fire.damage import noise
from tests.fire.data import table
from tests.fire.traces import generator, pick

_NUMBERS = ("400", "401", "403", "404", "429", "500", "502", "503", "504")

TRAPS: tuple[str, ...] = tuple(table("traps"))


def traps(count: int, seed: int) -> Iterator[str]:
    """Yield *count* texts that hold no error."""
    for number in range(count):
        random = generator("trap", seed, number)
        lines = [
            trap.format(n=random.choice(_NUMBERS), m=random.choice(_NUMBERS), d=random.randint(10, 28))
            for trap in random.sample(TRAPS, random.randint(1, 4))
        ]
        text = "\n".join((*lines, *noise(random.randrange(4), random)))
        for wrapper in pick(None, random):
            text = wrapper.wrap(text, None, random)
        yield text
