"""The steps from one schema of the ledger to the next, carried out by Alembic."""
