"""
Applications to correct locked data, for tests: one physician, a fake of what lies around.
"""

from __future__ import annotations

from typing import Any

import attrs

from kaohe_workflow.lifecycles.amendment.events import CreateAmendment
from kaohe_workflow.lifecycles.amendment.facts import PersonView
from kaohe_workflow.values.locked_fields import LockedField

PERSON = PersonView(
    state="attached",
    institution_id="hospital",
    values={
        LockedField.NAME: "韦晓梅",
        LockedField.ID_NUMBER: "11010519491231002X",
        LockedField.LEVEL: "licensed",
        LockedField.CATEGORY: "clinical",
        LockedField.LICENSED_ON: "2005-07-01",
    },
)
"""Somebody attached, of whom not everything is known."""


@attrs.frozen(kw_only=True)
class AmendmentAround:
    """Around an application of somebody who is attached."""

    person: PersonView | None = PERSON
    number_taken: bool = False
    other_open: bool = False
    paper_started: bool = False


def correction(**changes: Any) -> CreateAmendment:
    """A complete application to correct the day of the licence, with changes."""
    given: dict[str, Any] = {
        "physician_id": "doctor",
        "field": LockedField.LICENSED_ON,
        "value": "2006-07-01",
        "attachments": ("licence",),
    }
    return CreateAmendment(**(given | changes))
