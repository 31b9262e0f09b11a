"""
What an application for exemption (免考) keeps between events.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.reviewing import Claimed, Decision
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import PaperKind, Procedure, ReturnCode

WAIVES: Mapping[Procedure, PaperKind] = MappingProxyType(
    {Procedure.GENERAL: PaperKind.PROFESSIONAL, Procedure.SIMPLIFIED: PaperKind.HUMANITIES}
)
"""
Procedure → the paper that an exemption waives (手册 2.2.8): under 一般程序 only 业务水平专业知识, under
简易程序 医学人文.
"""


@attrs.frozen(kw_only=True)
class Exemption(Claimed):
    """
    One physician's application to be spared one paper of the first stage.

    ``ground`` is a code of the province's list (`Parameters.exemption_grounds`); ``certificate_on`` the day
    on the certificate that proves it; ``attachments`` are ids of stored files. ``disclaimed`` is what the
    physician has declared not to apply: the exclusions of the ground as they stood then, for whoever reviews it.
    ``return_code`` says why it was returned, while it stands so. ``decision`` is the review that brought it into its
    state, None where something else did.
    """

    institution_id: str
    assessment_id: str
    cycle_id: str
    physician_id: str
    kind: PaperKind
    ground: str
    certificate_on: date
    attachments: tuple[AttachmentId, ...]
    disclaimed: tuple[str, ...] = ()
    return_code: ReturnCode | None = None
    decision: Decision | None = None

    @property
    def self_rechecked(self) -> bool | None:
        """
        Whether the institution that reviewed it has decided it as the agency, too (考核办法 第十条); None: nobody has.

        Where the physician is by now makes no difference: the application goes along.
        """
        return None if self.rechecked_by is None else self.rechecked_by == self.reviewed_by
