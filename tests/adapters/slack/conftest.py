import pytest

from adapters.slack import sockets
from bot import relay
from bot.assembly import Service, open_service
from bot.settings import Settings
from tests.lessons import kept


@pytest.fixture(scope="session")
def service(pytestconfig: pytest.Config) -> Service:
    folder = kept(pytestconfig)
    return open_service(Settings(folder, folder / "state", folder / "data", semantic=False))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for seconds in a workspace waits for tenths of one here."""
    monkeypatch.setattr(sockets, "PING", 0.2)
    monkeypatch.setattr(relay, "PAUSE", 0.1)
