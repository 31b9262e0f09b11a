"""
Stores over SQL: SQLite in a file, and PostgreSQL.

`SqlStore` opens units of work; `migrating.upgrade` makes and changes the schema.
"""

from kaohe_workflow.adapters.sql.store import SqlStore

__all__ = ["SqlStore"]
