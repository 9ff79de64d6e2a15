"""Seals short texts, such as tokens, for a database: whoever has the file without the keys cannot read them."""

from collections.abc import Sequence

from bot.ledger.port import LedgerError

NEW_KEY = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'


class Seal:
    """Seals with the first of its keys, and opens what any of them sealed: so keys are changed without a gap."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Use *keys*, the newest first; each is 32 random bytes as URL-safe Base64.

        Raises:
            LedgerError: there is none, one of them is no key, or what it takes is not installed.
        """
        try:
            from cryptography.fernet import Fernet, InvalidToken, MultiFernet  # noqa: PLC0415 - only where it is used
        except ModuleNotFoundError:
            raise LedgerError("FRONTDESK_KEYS needs cryptography: pip install 'frontdesk[slack]'") from None
        if not keys:
            raise LedgerError(f"FRONTDESK_KEYS is empty: make a key with {NEW_KEY}")
        self._refused = InvalidToken
        fernets = []
        for number, key in enumerate(keys, 1):
            try:
                fernets.append(Fernet(key))
            except ValueError:
                raise LedgerError(f"FRONTDESK_KEYS: key {number} is none, make one with {NEW_KEY}") from None
        self._fernet = MultiFernet(fernets)

    def seal(self, text: str) -> str:
        """Return *text* sealed with the newest key; twice the same text is not twice the same seal."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, text: str) -> str:
        """Return what was sealed as *text*.

        Raises:
            LedgerError: none of the keys sealed it, or it was changed.
        """
        try:
            return self._fernet.decrypt(text.encode()).decode()
        except self._refused:
            raise LedgerError(
                "a sealed text opens with none of FRONTDESK_KEYS: add the key that it was sealed with behind the others"
            ) from None

    def reseal(self, text: str) -> str:
        """Return the same as *text*, sealed with the newest key, so that the older ones may go.

        Raises:
            LedgerError: as for `open`.
        """
        return self.seal(self.open(text))
