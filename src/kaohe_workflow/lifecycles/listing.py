"""
What applications have in common that wait for the list of who takes part (考核名单).
"""

from __future__ import annotations

from enum import Enum
from typing import Protocol, TypeVar

from kaohe_workflow.lifecycles.shape import Facts


class ListStanding(Enum):
    """
    How a physician stands to the list of the institution.

    ``MISSING``: there is none; ``WAITING`` and ``RETURNED``: the name is not approved, and where the list is;
    ``UNLISTED``: the list was decided on without the name.
    """

    NOT_REQUIRED = "not_required"
    LISTED = "listed"
    MISSING = "missing"
    WAITING = "waiting"
    RETURNED = "returned"
    UNLISTED = "unlisted"


class KnowsList(Protocol):
    """Surroundings that know the list of the physician's institution."""

    @property
    def list_standing(self) -> ListStanding:
        """How the physician stands to the list of the institution; see `ListStanding`."""


RecordT = TypeVar("RecordT")
KnowsListT = TypeVar("KnowsListT", bound=KnowsList)


class ListFacts(Facts[RecordT, KnowsListT]):
    """What is asked before 简易程序, 免考 or 延考 is applied for."""

    @property
    def list_standing(self) -> str:
        """
        Where the province has the list of who takes part approved, whether it is, and names the physician (design).

        Whoever is ordered to be assessed early (提前考核) needs no list: that is an order, not an enrolment.
        """
        if not self._parameters.list_approval:
            return ListStanding.NOT_REQUIRED.value
        return self._around.list_standing.value
