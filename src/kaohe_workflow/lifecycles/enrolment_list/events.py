"""
What the events of a list of who takes part carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.reviewing import Return
from kaohe_workflow.lifecycles.shape import NoPayload


@attrs.frozen(kw_only=True)
class Submit:
    """Whose list, and of which cycle; the names are taken from those who are let in (手册 2.2.5)."""

    institution_id: str
    cycle_id: str


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {"submit": Submit, "resubmit": NoPayload, "approve": NoPayload, "return": Return, "lapse": NoPayload}
)
"""Event → what it carries."""
