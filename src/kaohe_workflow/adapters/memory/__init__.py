"""A store in the memory of one process: for tests, demonstrations, and embedding without a database."""

from kaohe_workflow.adapters.memory.attachments import MemoryContents
from kaohe_workflow.adapters.memory.store import MemoryStore

__all__ = ["MemoryContents", "MemoryStore"]
