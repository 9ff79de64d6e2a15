import re

import pytest

from bot.reading.redact import Redaction, redact
from tests.fire import figures
from tests.fire.canaries import Canary, canaries, leaks
from tests.fire.data import table
from tests.fire.innocents import innocents

SEED = 11
SCANNED = re.compile(
    r"sk-[A-Za-z0-9]{20}|gh[pousr]_\w{16}|xox[abp]-\d{6}|AKIA[A-Z0-9]{16}|eyJ[\w-]{8,}\.eyJ|-----BEGIN"
)
"""What scanners of repositories look for."""


def test_no_canary_survives_redaction() -> None:
    score = figures.canaries_kept(500, SEED)

    assert score.wrong == 0, score.examples


def test_hardly_an_innocent_is_taken_for_a_secret() -> None:
    score = figures.innocents_taken(500, SEED)

    assert score.wrong <= 2, score.examples


def test_no_canary_survives_in_one_long_text() -> None:
    every = list(canaries(200, SEED + 1))
    text = "\n\n".join(f"{number} {canary.text}" for number, canary in enumerate(every))

    redacted = redact(text).text

    assert [canary.shape for canary in every if leaks(canary, redacted)] == []


def test_canaries_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    first = list(canaries(20, SEED))

    assert first == list(canaries(20, SEED))
    assert first != list(canaries(20, SEED + 1))
    assert list(innocents(20, SEED)) == list(innocents(20, SEED))


def test_every_canary_leaks_where_nothing_is_redacted() -> None:
    hidden = {"percent", "full width", "zero width", "soft hyphens"}

    kept = [one.shape for one in canaries(300, SEED) if not leaks(one, one.text)]

    assert [shape for shape in kept if shape.rpartition(", ")[2] not in hidden] == []


def test_the_kinds_of_canaries_take_turns() -> None:
    shapes = {one.shape.partition(":")[0] for one in canaries(300, SEED)}

    assert {"assigned", "spoken", "placed", "headed", "named"} <= shapes
    assert sum(shape.startswith("private key") for shape in shapes) > 3


@pytest.mark.parametrize("name", ["canaries", "innocents"])
def test_the_tables_hold_nothing_that_a_scanner_would_report(name: str) -> None:
    assert SCANNED.search(str(table(name))) is None


def test_a_redaction_that_leaves_half_of_a_secret_is_found_out() -> None:
    canary = Canary("token abcdefgh12345678", "abcdefgh12345678", "abcdefgh12345678", "half")

    assert leaks(canary, "token <TOKEN_1>12345678") == ["12345678"]
    assert leaks(canary, "token <TOKEN_1>") == []
    assert leaks(canary, "token 1234\n5678<TOKEN_1>") == ["12345678"]


def test_a_name_of_a_file_or_of_a_person_is_redacted_like_any_text() -> None:
    names = [one for one in canaries(400, SEED) if one.shape.startswith("named")]

    redactions: list[Redaction] = [redact(one.text) for one in names]

    assert all(redaction.live for redaction in redactions)
    assert [one.text for one, redaction in zip(names, redactions, strict=True) if leaks(one, redaction.text)] == []
