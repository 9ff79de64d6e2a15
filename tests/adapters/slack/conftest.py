import pytest

from bot.assembly import Service, open_service
from bot.settings import Settings


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder = tmp_path_factory.mktemp("slack")
    return open_service(Settings(folder / "cache", folder / "state", folder / "data", semantic=False))
