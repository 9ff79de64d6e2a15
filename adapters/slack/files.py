"""Text files that people send along: fetched from Slack's file host alone, and no more than is worth reading."""

import asyncio
from collections.abc import Collection
from urllib.parse import urlsplit

import aiohttp

from adapters.slack.origin import FileLink
from bot.model import Attachment

HOST = "https://files.slack.com"
MOST_BYTES = 1024 * 1024
SECONDS = 5.0

_BINARY = ("image/", "audio/", "video/", "font/")
_ENCODINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


def origin_of(url: str) -> str:
    """Return the scheme, host and port of *url*."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


async def fetch(
    session: aiohttp.ClientSession, link: FileLink, token: str, hosts: Collection[str]
) -> Attachment | None:
    """Return the text of the file behind *link*; None where it is no text, or may not or cannot be read.

    The *token* is shown to *hosts* alone (each as `origin_of` gives it), and a redirection is not followed: Slack sends
    who may not read a file to a page for signing in. Of a file that is too large the beginning is read.
    """
    if origin_of(link.url) not in hosts or link.media_type.startswith(_BINARY):
        return None
    try:
        async with (
            asyncio.timeout(SECONDS),
            session.get(link.url, headers={"Authorization": f"Bearer {token}"}, allow_redirects=False) as answer,
        ):
            signing_in = answer.content_type == "text/html" and "html" not in link.media_type
            if answer.status != 200 or signing_in:
                return None
            content = await _read(answer.content)
    except (TimeoutError, aiohttp.ClientError, ValueError):
        return None
    text = as_text(content)
    return None if text is None else Attachment(link.id, text)


def as_text(content: bytes) -> str | None:
    """Return *content* as text, None where it is none."""
    encoding = next((name for mark, name in _ENCODINGS.items() if content.startswith(mark)), "utf-8")
    if encoding != "utf-16" and b"\0" in content:
        return None
    for name in (encoding, "gb18030"):
        try:
            return content.decode(name)
        except UnicodeDecodeError as error:
            if name == encoding and error.start >= len(content) - 4 and len(content) >= MOST_BYTES:
                return content[: error.start].decode(name)  # the cut went through a character
    text = content.decode("latin-1")
    odd = sum(character < " " and character not in "\t\n\r\f\x1b" for character in text)
    return text if odd * 100 <= len(text) else None


async def _read(stream: aiohttp.StreamReader) -> bytes:
    """The beginning of *stream*, as long as is worth reading."""
    content = bytearray()
    async for chunk in stream.iter_chunked(65_536):
        content += chunk
        if len(content) >= MOST_BYTES:
            break
    return bytes(content[:MOST_BYTES])
