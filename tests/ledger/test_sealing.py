"""Tokens at rest: sealed, opened, and carried from an old key to a new one."""

import sys
from collections.abc import Callable

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from bot.ledger.port import LedgerError
from bot.ledger.sealing import Seal

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_again(text: str) -> None:
    seal = Seal([NEW])

    assert seal.open(seal.seal(text)) == text


def test_nothing_of_the_text_shows_and_no_two_seals_are_alike() -> None:
    seal = Seal([NEW])

    once, twice = seal.seal("EXAMPLE-token"), seal.seal("EXAMPLE-token")

    assert "EXAMPLE" not in once
    assert once != twice


def test_an_old_key_behind_the_new_one_opens_what_it_sealed() -> None:
    sealed = Seal([OLD]).seal("EXAMPLE-token")

    assert Seal([NEW, OLD]).open(sealed) == "EXAMPLE-token"


def test_what_is_sealed_anew_needs_the_old_key_no_more() -> None:
    sealed = Seal([OLD]).seal("EXAMPLE-token")

    assert Seal([NEW]).open(Seal([NEW, OLD]).reseal(sealed)) == "EXAMPLE-token"


def test_the_newest_key_seals() -> None:
    assert Seal([NEW]).open(Seal([NEW, OLD]).seal("text")) == "text"


@pytest.mark.parametrize("spoil", [lambda text: text[:-4] + "AAAA", lambda _: "not sealed", lambda _: "ü"])
def test_what_was_changed_does_not_open(spoil: Callable[[str], str]) -> None:
    seal = Seal([NEW])

    with pytest.raises(LedgerError, match="opens with none of FRONTDESK_KEYS"):
        seal.open(spoil(seal.seal("text")))


def test_a_key_that_did_not_seal_does_not_open() -> None:
    with pytest.raises(LedgerError, match="add the key"):
        Seal([OTHER]).open(Seal([NEW]).seal("text"))


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [([], "is empty"), (["short"], "key 1 is none"), ([NEW, "ü" * 44], "key 2 is none"), ([NEW, NEW[:-4]], "key 2")],
)
def test_keys_that_cannot_be_used_are_named_by_their_number_alone(keys: list[str], complaint: str) -> None:
    with pytest.raises(LedgerError, match=complaint) as caught:
        Seal(keys)

    assert "FRONTDESK_KEYS" in str(caught.value)
    assert not any(key in str(caught.value) for key in keys)


def test_without_the_library_the_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.fernet", None)

    with pytest.raises(LedgerError, match=r"pip install 'frontdesk\[slack\]'"):
        Seal([NEW])
