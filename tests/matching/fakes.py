"""A small FAQ of a parcel service, an encoder by hand, and readings: enough to rank with."""

from collections.abc import Iterable, Sequence
from zlib import crc32

import numpy as np

from bot.faq.content import Entry, ErrorPattern, Faq, Wording
from bot.matching.lexical import Floats
from bot.model import Evidence, Kind, Reading

DIMENSIONS = 256


class Trigrams:
    """An encoder by hand: character trigrams counted under their checksums, as a unit vector."""

    name = "trigrams-1"

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = frozenset(known)

    def encode(self, texts: Sequence[str]) -> Floats:
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            padded = f" {text} " if text.strip() else ""
            for start in range(len(padded) - 2):
                vectors[row, crc32(padded[start : start + 3].encode(errors="replace")) % DIMENSIONS] += 1
        return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)

    def knows(self, word: str) -> bool:
        return word in self._known


def entry(
    identity: str,
    question: str,
    phrasings: Iterable[str] = (),
    *,
    chinese: tuple[str, ...] = (),
    errors: Iterable[ErrorPattern] = (),
    not_errors: Iterable[ErrorPattern] = (),
) -> Entry:
    wordings = {"en": Wording(question, "An answer.", tuple(phrasings))}
    if chinese:
        wordings["zh"] = Wording(chinese[0], "一个回答。", chinese[1:])
    return Entry(identity, wordings, tuple(errors), tuple(not_errors))


def faq(*entries: Entry, names: tuple[str, ...] = (), unanswered: tuple[str, ...] = ()) -> Faq:
    return Faq("", ("en", "zh"), entries, names=names, unanswered=unanswered)


def kind(
    error_type: str | None = None,
    *,
    message: str | None = None,
    status: int | None = None,
    exception: str | None = None,
) -> ErrorPattern:
    return ErrorPattern(error_type, message, status, exception)


def seen(*found: tuple[Kind, str]) -> tuple[Evidence, ...]:
    """Evidence of these kinds and values, a line each."""
    return tuple(Evidence(kind, value, line, 1) for line, (kind, value) in enumerate(found, start=1))


def reading(question: str = "", *found: tuple[Kind, str], vendor: str | None = None) -> Reading:
    parts = (question,) if question else ()
    return Reading(question, question, parts, "en", evidence=seen(*found), vendor=vendor)


PARCELS = faq(
    entry(
        "late-parcel",
        "Why is my parcel late?",
        ("where is my parcel", "my parcel has not arrived", "the delivery is overdue", "still waiting for my parcel"),
        chinese=("包裹为什么迟到了？", "我的包裹还没到", "快递怎么还没来"),
    ),
    entry(
        "shipping-price",
        "What does shipping cost?",
        ("price of sending a letter", "how much is postage", "is shipping free", "what do you charge for ten kilos"),
        chinese=("寄一个包裹多少钱？", "运费怎么算", "邮费是多少"),
    ),
    entry(
        "change-address",
        "How do I change the delivery address?",
        ("deliver it to my neighbour instead", "i have moved to another street", "wrong street on the label"),
        chinese=("怎么修改收货地址？", "地址写错了怎么办"),
    ),
    entry(
        "opening-hours",
        "When is the counter open?",
        ("opening times on saturday", "are you open on sundays", "until when can i collect in the evening"),
    ),
    entry(
        "wallet-empty",
        "What does an empty wallet mean?",
        ("my wallet has no money left", "top up before you print labels", "prepaid credit used up"),
        errors=(
            kind("wallet_empty"),
            kind(message="no funds left"),
            kind(status=402),
            kind(exception="WalletError"),
            kind("blocked", status=403),
        ),
    ),
    entry(
        "too-many-labels",
        "Why am I told to print labels more slowly?",
        ("too many labels a minute", "the label printer says slow down", "limit of labels for each hour"),
        errors=(kind("label_rate"), kind(status=402), kind(exception="SlowDown"), kind("blocked")),
        not_errors=(kind("wallet_empty"), kind(message="no funds left")),
    ),
    names=("parcelly",),
    unanswered=("do you sell stamps for collectors", "can i work for you as a driver"),
)

CHATTER = (
    "what is the weather like tomorrow",
    "tell a joke about penguins",
    "who won the match last night",
    "play some quiet music",
    "how tall is the highest mountain",
    "the soup needs more salt",
    "lunch at noon, anyone?",
    "good film, that one",
)
