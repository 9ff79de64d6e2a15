"""Carries out migrations over the connection that `bot.ledger.schema` hands in, within its transaction."""

from alembic import context

from bot.ledger.schema import TABLE

context.configure(connection=context.config.attributes["connection"], version_table=TABLE, transactional_ddl=False)
context.run_migrations()
