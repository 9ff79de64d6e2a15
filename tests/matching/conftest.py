from dataclasses import dataclass
from pathlib import Path

import pytest

import bot
from bot import encoder
from bot.assembly import Built, builder
from bot.faq.load import load
from bot.settings import Settings
from tests.lessons import kept

SHIPPED = Path(bot.__path__[0]).parent / "faq.yaml"


@dataclass(frozen=True, slots=True)
class Shipped:
    """The shipped file as it is served, and whether meaning is compared."""

    built: Built
    semantic: bool


@pytest.fixture(scope="session")
def without_encoder(request: pytest.FixtureRequest) -> Shipped:
    return _served(request, semantic=False)


@pytest.fixture(scope="session")
def with_encoder(request: pytest.FixtureRequest) -> Shipped:
    if encoder.installed(Path()) is None:
        pytest.skip("the extra `semantic` is not installed")
    return _served(request, semantic=True)


@pytest.fixture(params=["without_encoder", "with_encoder"])
def shipped(request: pytest.FixtureRequest) -> Shipped:
    """Each of both in turn; two fixtures, as one with a parameter would be made anew at each turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Shipped)
    return found


def _served(request: pytest.FixtureRequest, *, semantic: bool) -> Shipped:
    """The shipped file, learnt once for as long as pytest keeps its own cache and neither file nor code changes."""
    folder = kept(request.config)
    settings = Settings(cache=folder, state=folder / "state", data=folder / "data", semantic=semantic)
    return Shipped(builder(settings)(load(SHIPPED)), semantic)
