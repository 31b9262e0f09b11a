"""
What the application needs of the world, as protocols; `adapters/` implements them.
"""

from kaohe_workflow.application.ports.services import (
    Carrier,
    Clock,
    Codec,
    Identifiers,
    Jobs,
    OneTimeCodes,
    Passwords,
    Secrets,
)
from kaohe_workflow.application.ports.storage import Audit, Store, UnitOfWork

__all__ = [
    "Audit",
    "Carrier",
    "Clock",
    "Codec",
    "Identifiers",
    "Jobs",
    "OneTimeCodes",
    "Passwords",
    "Secrets",
    "Store",
    "UnitOfWork",
]
