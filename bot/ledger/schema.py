"""Brings a database to the schema that this version knows, and refuses one from a later version."""

from pathlib import Path

import sqlalchemy as sa

from bot.ledger.port import LedgerError

HEAD = 5
TABLE = "frontdesk_schema"
MIGRATIONS = Path(__file__).with_name("migrations")


def current(connection: sa.Connection) -> int:
    """Return the number of the schema in the database, 0 where there is none.

    Raises:
        LedgerError: it is a later one than this version knows.
    """
    if not sa.inspect(connection).has_table(TABLE):
        return 0
    text = connection.scalar(sa.text(f"SELECT version_num FROM {TABLE}")) or "0"  # noqa: S608 - a constant
    number = int(text) if text.isdecimal() else HEAD + 1
    if number > HEAD:
        raise LedgerError(
            f"the ledger was written by a newer frontdesk (schema {text}, this one knows {HEAD}): update, or restore a"
            " backup"
        )
    return number


def require(connection: sa.Connection) -> None:
    """See that the schema is the present one.

    Raises:
        LedgerError: it is not.
    """
    if (number := current(connection)) < HEAD:
        what = f"has an older form (schema {number}, this one needs {HEAD})" if number else "is empty"
        raise LedgerError(f"the ledger {what}: start the bot once, which brings it up to date")


def upgrade(connection: sa.Connection, target: int = HEAD) -> None:
    """Bring the schema up to *target* within the caller's transaction, which lets nobody else in meanwhile."""
    if current(connection) >= target:
        return  # the usual case: Alembic takes longer to import than the rest of the start
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, f"{target:04}")
