"""
What the events of an assessment carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.assessment.case import Opinions, OtherOpinion
from kaohe_workflow.lifecycles.assessment.filing import Filing
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.plain_text import LONG_TEXT, SHORT_TEXT, text_problems
from kaohe_workflow.values.terms import ReturnConcern, Verdict


@attrs.frozen
class Open:
    """The institution that a physician is attached to, the cycle, and the physician."""

    institution_id: str
    cycle_id: str
    physician_id: str


@attrs.frozen
class Enrol:
    """允许报名; ``voluntary`` marks somebody who need not take part and wants to."""

    voluntary: bool = False


@attrs.frozen
class Save:
    """A draft, all of it."""

    filing: Filing


@attrs.frozen
class Submit:
    """The filing; None submits the draft as it was saved."""

    filing: Filing | None = None


@attrs.frozen
class Return:
    """What a return is about; an institution always returns the filing."""

    concern: ReturnConcern = ReturnConcern.FILING


@attrs.frozen(kw_only=True)
class GiveOpinion:
    """
    Opinions on 工作成绩 and 职业道德, each with its reason, and those of other institutions.

    Carried by ``save_opinion``, where anything may be blank, and by ``submit_opinion``.

    Raises:
        InputInvalid: a text that no store holds.
    """

    work: Verdict | None = None
    ethics: Verdict | None = None
    work_reason: str = ""
    ethics_reason: str = ""
    others: tuple[OtherOpinion, ...] = ()

    def __attrs_post_init__(self) -> None:
        texts = [("$.work_reason", self.work_reason), ("$.ethics_reason", self.ethics_reason)]
        texts += [(f"$.others[{index}].reason", other.reason) for index, other in enumerate(self.others)]
        problems = [
            problem for path, text in texts for problem in text_problems(text, path, maximum=LONG_TEXT)
        ]
        for index, other in enumerate(self.others):
            path = f"$.others[{index}].institution"
            problems += text_problems(other.institution, path, maximum=SHORT_TEXT)
        if problems:
            raise InputInvalid(problems)

    @property
    def opinions(self) -> Opinions:
        """The opinions as the case keeps them."""
        return Opinions(
            work=self.work,
            ethics=self.ethics,
            work_reason=self.work_reason,
            ethics_reason=self.ethics_reason,
            others=self.others,
        )


@attrs.frozen
class ConfirmMakeup:
    """``training_attested``: the office attests the training that the province demands before a make-up."""

    training_attested: bool = False


@attrs.frozen
class Move:
    """The institution that the physician is attached to from now on."""

    institution_id: str


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "open": Open,
        "enrol": Enrol,
        "cancel_enrolment": NoPayload,
        "save": Save,
        "submit": Submit,
        "withdraw_filing": NoPayload,
        "claim": NoPayload,
        "return": Return,
        "recall": NoPayload,
        "save_opinion": GiveOpinion,
        "submit_opinion": GiveOpinion,
        "pass": NoPayload,
        "confirm_fail": NoPayload,
        "return_to_institution": NoPayload,
        "return_to_physician": NoPayload,
        "settle": NoPayload,
        "confirm_makeup": ConfirmMakeup,
        "refuse_makeup": NoPayload,
        "recompute": NoPayload,
        "move": Move,
        "withdraw": NoPayload,
        "reinstate": NoPayload,
        "archive": NoPayload,
    }
)
"""Event → what it carries."""
