import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.deploy.image import Image, carry_out
from tests.deploy.kit import DEPLOY, ROOT
from tests.fakes.slack.fake import FakeSlack
from tests.fakes.slack.human import SlackPerson

pytestmark = [
    pytest.mark.slow,
    pytest.mark.uncounted,
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform != "linux", reason="the image is one of Linux"),
]

QUESTION = "Does file upload incur charges?"
WRITABLE = ("/var/lib/frontdesk", "/var/cache/frontdesk")
STARTS_WITHIN, ENDS_WITHIN = 60, 25  # seconds


def reachable(program: Path) -> bool:
    """True where any user of this machine may run *program*."""
    real = program.resolve()
    return real.is_file() and all(folder.stat().st_mode & 0o001 for folder in (real, *real.parents))


def fits(python: Path) -> bool:
    look = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-c", look], capture_output=True, check=False).returncode == 0


def interpreter() -> Path:
    """A Python that another user may run, where it has to be another one."""
    own = Path(sys._base_executable)  # type: ignore[attr-defined] # the typeshed does not know it
    if os.geteuid() != 0 or reachable(own):
        return own
    for name in ("python3.14", "python3.13", "python3.12", "python3.11", "python3"):
        for folder in os.environ["PATH"].split(os.pathsep):
            if reachable(found := Path(folder, name)) and fits(found):
                return found
    pytest.skip(f"{own} is for its owner alone, and there is no other Python that fits")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of this machine may look into, as pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def image() -> Iterator[Image]:
    """The image, built by the steps of the Dockerfile, in a folder in which nobody may write."""
    root = Path(tempfile.mkdtemp(prefix="frontdesk-image-"))
    root.chmod(0o755)
    try:
        subprocess.run([interpreter(), "-m", "venv", root / "python"], check=True)
        path = f"{root / 'python' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        # Without the encoder, whose learning takes as long as all the rest, and with half as many files.
        sooner = {"FRONTDESK_SEMANTIC": "no", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_COMPILE": "1"}
        environ = {**os.environ, **sooner, "PATH": path}
        built = carry_out(DEPLOY / "Dockerfile", ROOT, root, environ)
        let_write(root, allowed=False)
        yield built
    finally:
        let_write(root, allowed=True)
        shutil.rmtree(root)


def let_write(root: Path, *, allowed: bool) -> None:
    """Let folders below *root* be written to, or not, but for the two that the bot has."""
    for folder, names, _ in os.walk(root):
        if not allowed and folder.endswith(WRITABLE):
            names.clear()
        else:
            Path(folder).chmod(0o755 if allowed else 0o555)


def files(image: Image) -> dict[Path, int]:
    """Every path of the image with the time when it was changed last, without the ledger's."""
    ledgers = image.within("/var/lib")
    return {path: path.lstat().st_mtime_ns for path in image.root.rglob("*") if not path.is_relative_to(ledgers)}


@asynccontextmanager
async def started(image: Image, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The entry point of *image* with *settings*, as the user that it has; ended where it does not end by itself."""
    process = await asyncio.create_subprocess_exec(
        image.within("/opt/frontdesk/bin/frontdesk"),
        "run",
        cwd=image.within("."),
        env=image.variables({"PATH": "/nowhere", "HOME": "/nowhere", "FRONTDESK_SEMANTIC": "no"}) | settings,
        user=image.user,
        group=image.user,
        extra_groups=[] if image.user else None,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def is_ready(address: str, process: asyncio.subprocess.Process) -> bool:
    """True as soon as the bot at *address* is ready, False where *process* has ended before."""
    async with asyncio.timeout(STARTS_WITHIN), aiohttp.ClientSession() as session:
        while process.returncode is None:
            try:
                async with session.get(f"http://{address}/readyz") as answer:
                    if answer.status == 200:
                        return True
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.05)
    return False


async def test_another_user_serves_slack_from_the_built_image_though_he_may_write_only_to_its_ledger(
    image: Image, open_folder: Path, unused_tcp_port: int
) -> None:
    before, address = files(image), f"127.0.0.1:{unused_tcp_port}"

    async with FakeSlack() as slack:
        token, secret = open_folder / "slack_bot_token", open_folder / "slack_signing_secret"
        token.write_text(f"{slack.bot_token}\n")
        secret.write_text(f"{slack.signing_secret}\n")
        named = {"SLACK_BOT_TOKEN_FILE": str(token), "SLACK_SIGNING_SECRET_FILE": str(secret)}
        async with started(image, SLACK_API_URL=slack.api_url, FRONTDESK_HTTP_ADDR=address, **named) as process:
            assert await is_ready(address, process), (await process.communicate())[1].decode()
            slack.deliver_to(f"http://{address}/slack/events")
            person = SlackPerson(slack)
            await person.say(QUESTION)
            (answer,) = await person.settle(1)
            process.terminate()
            async with asyncio.timeout(ENDS_WITHIN):
                _, logged = await process.communicate()

    ledger = image.within("/var/lib/frontdesk/ledger.sqlite3")
    assert "charge" in answer.text
    assert process.returncode == 0
    assert QUESTION.encode() not in logged
    assert ledger.stat().st_mode & 0o777 == 0o600
    assert files(image) == before, "what the content teaches was learnt when the image was built"
