"""The text files of a message: only Discord's own hosts are asked, only small files read, and only text is taken."""

import asyncio
import codecs
from collections.abc import Sequence
from urllib.parse import urlsplit

import aiohttp
import discord

from bot.model import Attachment

LARGEST = 1 << 20  # bytes
SECONDS = 10.0
HOSTS = frozenset({"https://cdn.discordapp.com", "https://media.discordapp.net"})

_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b\b\v")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Files:
    """Fetches attachments; *api_url* is another Discord, whose own files are allowed too."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str = "") -> None:
        self._session = session
        self._hosts = HOSTS | ({origin_of(api_url)} if api_url else set())

    async def read(self, attachments: Sequence[discord.Attachment]) -> tuple[Attachment, ...]:
        """Return those of *attachments* that are text, in order."""
        found = [await self._read(attachment) for attachment in attachments]
        return tuple(file for file in found if file is not None)

    async def _read(self, attachment: discord.Attachment) -> Attachment | None:
        if attachment.size > LARGEST or origin_of(attachment.url) not in self._hosts:
            return None
        content = await self._download(attachment.url)
        text = None if content is None else sniff(content)
        return None if text is None else Attachment(attachment.filename, text)

    async def _download(self, url: str) -> bytes | None:
        """What stands at *url*; None where it is not there, is longer than it was said to be, or takes too long."""
        try:
            async with asyncio.timeout(SECONDS), self._session.get(url, allow_redirects=False) as response:
                if response.status != 200:
                    return None
                content = b""
                async for chunk in response.content.iter_chunked(1 << 16):
                    content += chunk
                    if len(content) > LARGEST:
                        return None
                return content
        except (aiohttp.ClientError, TimeoutError):
            return None


def sniff(content: bytes) -> str | None:
    """Return *content* as text, None where it is none; neither its name nor its type is trusted."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace").replace("\0", "")
    head = content[:4096]
    if not content or 0 in head or sum(byte in _CONTROLS for byte in head) > len(head) // 50:
        return None
    return content.decode("utf-8", "replace").replace("\0", "")


def origin_of(url: str) -> str:
    """The scheme, host and port of *url*."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
