"""What Alembic runs: the migrations over the connection that `migrating` hands in."""

from __future__ import annotations

from alembic import context

from kaohe_workflow.adapters.sql.tables import METADATA

connection = context.config.attributes["connection"]
if connection is None:
    raise RuntimeError("run migrations with kaohe_workflow.adapters.sql.migrating.upgrade")
# The transaction is the caller's: both databases change their schema inside it.
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=False)
context.run_migrations()
