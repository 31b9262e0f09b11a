"""
What the events of an assessment carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.assessment.case import Opinions, OtherOpinion
from kaohe_workflow.lifecycles.assessment.early import EarlyWindows
from kaohe_workflow.lifecycles.assessment.filing import Filing
from kaohe_workflow.lifecycles.assessment.findings import DirectGround
from kaohe_workflow.lifecycles.assessment.makeup import Training
from kaohe_workflow.lifecycles.shape import Move, NoPayload
from kaohe_workflow.values.attachment import AttachmentId, file_problems
from kaohe_workflow.values.folding import compact_identifier
from kaohe_workflow.values.plain_text import LONG_TEXT, SHORT_TEXT, text_problems
from kaohe_workflow.values.terms import ReturnCode, ReturnConcern, Verdict
from kaohe_workflow.values.windows import Window


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


@attrs.frozen(kw_only=True)
class OrderEarly:
    """When the physician files, is reviewed and sits; the make-up is the cycle's where nothing is said."""

    registration: Window
    review: Window
    evaluation: Window
    makeup_confirm: Window | None = None
    makeup: Window | None = None

    @property
    def windows(self) -> EarlyWindows:
        """The windows as the case keeps them."""
        return EarlyWindows(
            registration=self.registration,
            review=self.review,
            evaluation=self.evaluation,
            makeup_confirm=self.makeup_confirm,
            makeup=self.makeup,
        )


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
    """What a return is about, and its coded reason; an institution always returns the filing."""

    concern: ReturnConcern = ReturnConcern.FILING
    code: ReturnCode = attrs.field(kw_only=True)


@attrs.frozen(kw_only=True)
class GiveOpinion:
    """
    Opinions on 工作成绩 and 职业道德, each with its reason, and those of other institutions.

    Carried by ``save_opinion``, where either may be blank, by ``submit_opinion`` and ``renew_opinion``. Read: of
    another institution there is one opinion, under its name, however that is typed (手册 2.2.6); it may be one that the
    physician has not listed.

    Raises:
        InputInvalid: a text that no store holds; ``text-empty``, an opinion of nobody; ``repeated``, a second one of
            the same institution.
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
        named: set[str] = set()
        for index, other in enumerate(self.others):
            path = f"$.others[{index}].institution"
            problems += text_problems(other.institution, path, maximum=SHORT_TEXT, required=True)
            name = compact_identifier(other.institution)
            if name and name in named:
                problems.append(Problem(path, "repeated", "同一机构的意见只填一项"))
            named.add(name)
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


@attrs.frozen(kw_only=True)
class ReportFinding:
    """
    A ground for 直接认定不合格 (考核办法 第二十七条): which item, the day of what happened, what it was.

    ``evidence`` are ids of stored files.

    Raises:
        InputInvalid: a text that no store holds; ``text-empty``, a text that says nothing; ``too-many-files``.
    """

    ground: DirectGround
    found_on: date
    text: str
    evidence: tuple[AttachmentId, ...] = ()

    def __attrs_post_init__(self) -> None:
        if problems := [
            *text_problems(self.text, "$.text", maximum=LONG_TEXT, required=True),
            *file_problems(self.evidence, "$.evidence"),
        ]:
            raise InputInvalid(problems)


@attrs.frozen
class DecideFinding:
    """Which of the reported findings is confirmed or dismissed, by its number, from 1."""

    number: int


@attrs.frozen(kw_only=True)
class RevokeResult:
    """
    The files that prove bribery or deception (考核办法 第三十一条).

    Raises:
        InputInvalid: an id that no store holds; ``too-many-files``.
    """

    evidence: tuple[AttachmentId, ...] = ()

    def __attrs_post_init__(self) -> None:
        if problems := [*file_problems(self.evidence, "$.evidence")]:
            raise InputInvalid(problems)


@attrs.frozen(kw_only=True)
class CorrectResult:
    """
    What a review has set right: opinions that are 合格, findings (by number) that do not hold; and its reason.
    """

    work: bool = False
    ethics: bool = False
    findings: tuple[int, ...] = ()
    reason: str = ""


@attrs.frozen(kw_only=True)
class RecordTraining:
    """
    A training before a make-up, as `Training` has it.

    Raises:
        InputInvalid: a text that no store holds.
    """

    trainer: str
    first_day: date
    last_day: date
    days: int
    certificate: tuple[AttachmentId, ...] = ()

    def __attrs_post_init__(self) -> None:
        if problems := tuple(text_problems(self.trainer, "$.trainer")):
            raise InputInvalid(problems)

    @property
    def training(self) -> Training:
        """The training as it is kept."""
        return Training(
            trainer=self.trainer,
            first_day=self.first_day,
            last_day=self.last_day,
            days=self.days,
            certificate=self.certificate,
        )


@attrs.frozen
class ConfirmMakeup:
    """``training_attested``: the office attests the training that the province demands before a make-up."""

    training_attested: bool = False


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "open": Open,
        "enrol": Enrol,
        "order_early": OrderEarly,
        "cancel_enrolment": NoPayload,
        "purge_draft": NoPayload,
        "save": Save,
        "submit": Submit,
        "withdraw_filing": NoPayload,
        "claim": NoPayload,
        "release": NoPayload,
        "flag_overdue": NoPayload,
        "clear_overdue": NoPayload,
        "return": Return,
        "recall": NoPayload,
        "save_opinion": GiveOpinion,
        "submit_opinion": GiveOpinion,
        "pass": NoPayload,
        "confirm_fail": NoPayload,
        "renew_opinion": GiveOpinion,
        "return_to_institution": NoPayload,
        "return_to_physician": NoPayload,
        "mark_ground": NoPayload,
        "report_finding": ReportFinding,
        "confirm_finding": DecideFinding,
        "dismiss_finding": DecideFinding,
        "withdraw_finding": DecideFinding,
        "settle": NoPayload,
        "record_training": RecordTraining,
        "confirm_makeup": ConfirmMakeup,
        "refuse_makeup": NoPayload,
        "recompute": NoPayload,
        "correct_result": CorrectResult,
        "revoke_result": RevokeResult,
        "defer": NoPayload,
        "end_deferral": NoPayload,
        "deferral_stage_opens": NoPayload,
        "move": Move,
        "force_move": Move,
        "withdraw": NoPayload,
        "reinstate": NoPayload,
        "archive": NoPayload,
    }
)
"""Event → what it carries."""
