"""Canary secrets: visibly nobody's, of every shape that people paste, made by chance from the parts in a table.

Nothing that looks like a secret stands in the repository: prefix, body and surroundings meet only in memory.
"""

import base64
import json
import re
import string
import textwrap
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from urllib.parse import quote
from uuid import UUID

from tests.fire.data import table
from tests.fire.traces import generator

RUN = 8
"""So many characters of a secret in a row are a leak."""

_BASE62 = string.ascii_letters + string.digits
_ALPHABETS = {
    "base62": _BASE62,
    "base64url": _BASE62 + "-_",
    "hex": "0123456789abcdef",
    "upper": string.ascii_uppercase + string.digits,
    "lower": string.ascii_lowercase + string.digits,
}
_WORDS = ("Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Grove", "Harbor", "Inlet", "Juniper", "Kestrel")
_SIGNS = "!#$%*+-.=^_~"
_WIDTHS = (40, 52, 60, 72, 80)


@dataclass(frozen=True, slots=True)
class Canary:
    """A text, or a name, with a secret in it; ``core`` is what of the secret nobody else would write."""

    text: str
    secret: str
    core: str
    shape: str


@dataclass(frozen=True, slots=True)
class _Token:
    shape: str
    text: str
    core: str


def canaries(count: int, seed: int) -> Iterator[Canary]:
    """Yield *count* canaries, the same for the same *seed*; every kind of them in turn."""
    for number in range(count):
        random = generator("canary", seed, number)
        yield _MAKERS[number % len(_MAKERS)](random)


def leaks(canary: Canary, text: str) -> list[str]:
    """Return the runs of the core of *canary* that can be read in *text*, with its breaks and dressing or without."""
    core = canary.core
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    joined = re.sub(r"\s*[\r\n]+(?:[>|]?[ \t]*)", "", plain)
    runs = {core[start : start + RUN] for start in range(max(1, len(core) - RUN + 1))}
    return sorted(run for run in runs if run in text or run in plain or run in joined)


def _body(alphabet: str, length: int, random: Random) -> str:
    if alphabet == "uuid":
        return str(UUID(int=random.getrandbits(128), version=4))
    while True:
        body = "".join(random.choices(_ALPHABETS[alphabet], k=length))
        if any(map(str.isdigit, body)) and any(map(str.isalpha, body)) and body[0].isalnum() and body[-1].isalnum():
            return body


def _prefixed(random: Random) -> _Token:
    shape, prefix, alphabet, length, *suffix = random.choice(table("canaries")["tokens"])
    body = _body(alphabet, length, random)
    return _Token(shape, f"{prefix}{body}{''.join(suffix)}", body)


def _slack(random: Random) -> _Token:
    numbers = ["".join(random.choices(string.digits, k=12)) for _ in range(2)]
    body = _body("base62", 24, random)
    head = random.choice(("xoxb", "xoxp", "xoxa", "xoxs", "xapp-1", "xoxe.xoxp-1"))
    return _Token("slack", "-".join((head, *numbers, body)), body)


def _webhook(random: Random) -> _Token:
    body = _body("base62", 24, random)
    slack = "/".join(("https://hooks.slack.com/services", "T0" + _body("upper", 8, random), "B0EXAMPLE", body))
    long = _body("base64url", 68, random)
    number = "".join(random.choices("123456789", k=18))
    discord = (
        f"https://{random.choice(('discord.com', 'discordapp.com', 'canary.discord.com'))}/api/webhooks/{number}/{long}"
    )
    return random.choice((_Token("slack webhook", slack, body), _Token("discord webhook", discord, long)))


def _bot(random: Random) -> _Token:
    number = "".join(random.choices("123456789", k=18))
    head = base64.urlsafe_b64encode(number.encode()).decode().rstrip("=")
    tail = _body("base64url", 38, random)
    telegram = _body("base64url", 33, random)
    return random.choice(
        (
            _Token("discord bot", ".".join((head, _body("base64url", 6, random), tail)), tail),
            _Token("telegram bot", f"{number[:10]}:AA{telegram}", telegram),
        )
    )


def _jwt(random: Random) -> _Token:
    head, claims = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in (
            {"alg": random.choice(("HS256", "RS256")), "typ": "JWT"},
            {"sub": _body("hex", 12, random), "iat": random.randrange(10**9)},
        )
    )
    signature = _body("base64url", 43, random)
    return _Token("jwt", f"{head}.{claims}.{signature}", f"{claims}.{signature}")


def _sendgrid(random: Random) -> _Token:
    first, last = _body("base64url", 22, random), _body("base64url", 43, random)
    return _Token("sendgrid", f"SG.{first}.{last}", f"{first}.{last}")


def _token(random: Random) -> _Token:
    return random.choice((*(_prefixed,) * 12, _slack, _webhook, _bot, _jwt, _sendgrid))(random)


def _generated(random: Random) -> str:
    """A key or token without a mark of its vendor."""
    alphabet, length = random.choice(
        (("base62", 32), ("base62", 40), ("hex", 32), ("hex", 64), ("base64url", 43), ("uuid", 36), ("base62", 20))
    )
    return _body(alphabet, length, random)


def _password(random: Random) -> str:
    """What a person thinks of as a password."""
    number = random.randrange(10, 10_000)
    one, other = random.sample(_WORDS, 2)
    return random.choice(
        (
            _body("base62", random.randint(8, 24), random),
            f"{one}{number}{other}",
            f"{one.lower()}-{other.lower()}-{number}",
            f"{one}{random.choice('!#*^')}{number}{other.lower()}",
            _body("base62", 5, random) + random.choice(_SIGNS[:-2]) + _body("base62", 7, random),
            f"{one.lower()}{number}",
        )
    )


def _wrapped(text: str, width: int) -> str:
    """*text* as a terminal of *width* columns breaks it."""
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


def _in_slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _every(text: str, sign: str) -> str:
    return "".join(letter + sign * (number % 3 == 2) for number, letter in enumerate(text))


def _framed(text: str, secret: str, core: str, shape: str, random: Random) -> Canary:
    text = random.choice(table("canaries")["framed"]).replace("{text}", text)
    dress = random.choice(("none", "none", "slack", "json", "json in json", "windows", "attached"))
    if dress == "slack":
        text = _in_slack(text)
    elif dress.startswith("json"):
        for _ in dress.split(" in "):
            text = json.dumps({"message": text}, ensure_ascii=False)
    elif dress == "windows":
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    elif dress == "attached":
        quiet = "a quiet line of a log\n" * random.randrange(40)
        text = f"see the file\n{quiet}{text}\n"
    return Canary(text, secret, core, f"{shape}, {dress}")


def _alone(random: Random) -> Canary:
    token = _token(random)
    place = random.choice(
        ("key {}", "{}", "'{}'", '"{}"', "使用{}报错", "the key {} is refused", "x {},", "<{}>", "*{}*")
    )
    return _framed(place.replace("{}", token.text), token.text, token.core, token.shape, random)


def _dressed(random: Random) -> Canary:
    """A token with its vendor's mark, damaged the way chats and terminals do it."""
    token = _token(random)
    name, dress = random.choice(_DRESSINGS)
    return Canary(
        dress(f"I use {token.text} here", token.text, random), token.text, token.core, f"{token.shape}, {name}"
    )


_Dress = Callable[[str, str, Random], str]
_DRESSINGS: tuple[tuple[str, _Dress], ...] = (
    (
        "terminal width",
        lambda text, _, random: _wrapped(f"{'x' * random.randrange(30)} {text}", random.choice(_WIDTHS)),
    ),
    ("zero width", lambda text, secret, _: text.replace(secret, _every(secret, "\u200b"))),
    ("soft hyphens", lambda text, secret, _: text.replace(secret, _every(secret, "\u00ad"))),
    ("full width", lambda text, secret, _: text.replace(secret, _full_width(secret))),
    ("percent", lambda text, _, __: f"https://example.com/?q={quote(text, safe='')}"),
    ("literals", lambda text, secret, _: text.replace(secret, f'"{secret[:14]}" + "{secret[14:]}"')),
    ("literals over lines", lambda text, secret, _: text.replace(secret, f'("{secret[:14]}"\n     "{secret[14:]}")')),
    ("continued line", lambda text, secret, _: text.replace(secret, f"{secret[:14]}\\\n{secret[14:]}")),
    ("quoted lines", lambda text, secret, _: "> " + text.replace(secret, f"{secret[:14]}\n> {secret[14:]}")),
    ("twice", lambda text, secret, _: f"{text}\nand again {secret}"),
    ("echo", lambda text, secret, _: f"{text}\n{secret}"),
    ("linked", lambda text, secret, _: text.replace(secret, f"<https://example.com/?key={secret}|{secret}>")),
)


def _full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def _assigned(random: Random) -> Canary:
    of_key = random.random() < 0.5
    name = random.choice(table("canaries")["keys" if of_key else "passwords"])
    value = _generated(random) if of_key else _password(random)
    template = random.choice(table("canaries")["assigned"])
    text = template.replace("{name}", name).replace("{value}", _encoded(template, value))
    return _framed(text, value, value, f"assigned: {template}", random)


def _encoded(template: str, value: str) -> str:
    return quote(value, safe="") if "%3D" in template else value


def _spoken(random: Random) -> Canary:
    template, value = random.choice(table("canaries")["spoken"]), _password(random)
    return _framed(template.replace("{value}", value), value, value, f"spoken: {template}", random)


def _placed(random: Random) -> Canary:
    template = random.choice(table("canaries")["placed"])
    value = _password(random)
    if "://" in template:
        value = value.replace("#", "-").replace("%", "-")
    return _framed(template.replace("{value}", value), value, value, f"placed: {template}", random)


def _headed(random: Random) -> Canary:
    template = random.choice(table("canaries")["headed"])
    if random.random() < 0.5:
        token = _token(random)
        return _framed(template.replace("{value}", token.text), token.text, token.core, f"headed: {template}", random)
    value = _generated(random)
    return _framed(template.replace("{value}", value), value, value, f"headed: {template}", random)


def _basic(random: Random) -> Canary:
    word = _password(random)
    value = base64.b64encode(f"bob:{word}".encode()).decode()
    text = random.choice(
        (
            "Authorization: Basic {}",
            "proxy-authorization: basic {}",
            "'Authorization': 'Basic {}'",
            'curl -H "Authorization: Basic {}" https://x.example.com',
            '{"auths": {"registry.example.com": {"auth": "{}"}}}',
            "_auth={}",
            "//npm.example.com/:_auth={}",
        )
    ).replace("{}", value)
    return _framed(text, value, value.rstrip("="), "basic", random)


def _private(random: Random) -> Canary:
    kind = random.choice(("RSA ", "EC ", "OPENSSH ", "", "ENCRYPTED ", "DSA "))
    body = base64.b64encode(random.randbytes(random.randrange(90, 900))).decode()
    lines = textwrap.wrap(body, random.choice((64, 70, 76)))
    begin, end = (f"-----{word} {kind}PRIVATE KEY-----" for word in ("BEGIN", "END"))
    whole = random.choice(
        (
            [begin, *lines, end],
            [begin, *lines],
            [*lines, end],
            [
                begin,
                "Proc-Type: 4,ENCRYPTED",
                "DEK-Info: AES-256-CBC," + _body("hex", 32, random).upper(),
                "",
                *lines,
                end,
            ],
        )
    )
    joint = random.choice(("\n", "\n", "\r\n", "\\n", "\n    ", "\n> "))
    text = joint.join(whole)
    text = (
        json.dumps({"private_key": text + "\n"})
        if joint == "\n" and random.random() < 0.3
        else f"my key\n{text}\nis it"
    )
    return Canary(text, body, body.rstrip("="), f"private key, {len(whole) - len(lines)} {joint!r}")


def _named(random: Random) -> Canary:
    """The name of a file or the display name of a person."""
    token = _token(random)
    template = random.choice(table("canaries")["named"])
    return Canary(template.replace("{value}", token.text), token.text, token.core, f"named: {template}, {token.shape}")


_MAKERS: tuple[Callable[[Random], Canary], ...] = (
    *(_alone, _dressed, _assigned, _assigned, _spoken, _placed, _headed, _basic, _private, _named),
)
