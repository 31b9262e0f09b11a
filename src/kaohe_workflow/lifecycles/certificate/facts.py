"""
What the guards of a certificate look at.
"""

from __future__ import annotations

from datetime import date
from typing import Protocol

import attrs

from kaohe_workflow.lifecycles.certificate.case import Certificate
from kaohe_workflow.lifecycles.certificate.events import Allow, Print
from kaohe_workflow.lifecycles.shape import Facts


@attrs.frozen(kw_only=True)
class ResultView:
    """The assessment whose result is certified, and the physician's name as it is now."""

    state: str
    institution_id: str
    cycle_id: str
    physician_id: str
    result_version: int
    decided_on: date | None
    name: str


class Around(Protocol):
    """What a certificate needs of its surroundings; for one to be made, what its payload names."""

    @property
    def result(self) -> ResultView | None:
        """The assessment, None where there is no such case."""

    @property
    def mark_undecided(self) -> bool:
        """Whether a mark (疑似作弊) of a paper of the assessment is undecided."""


class CertificateFacts(Facts[Certificate, Around]):
    """The facts of the chart ``certificate``."""

    @property
    def qualified(self) -> bool:
        """The version of the result that this certificate is for is 合格, and still the present one."""
        result = self._around.result
        owner = self._record if self._record is not None else self._payload
        if result is None or not isinstance(owner, Certificate | Allow):
            return False
        return result.state == "qualified" and result.result_version == owner.result_version

    @property
    def held(self) -> bool:
        """A mark is undecided: nobody prints what may have to be taken back (手册 2.2.9; design)."""
        return self._around.mark_undecided

    @property
    def has_number(self) -> bool:
        """It was printed (手册 2.3.0)."""
        return self._record is not None and self._record.number is not None

    @property
    def has_stamp(self) -> bool:
        """The stamp of the issuing authority is recorded (手册 2.3.0)."""
        return self._record is not None and self._record.stamped_on is not None

    @property
    def number_given(self) -> bool:
        """The event brings a number and what the paper says."""
        payload = self._payload
        return isinstance(payload, Print) and bool(payload.number.strip()) and payload.face is not None
