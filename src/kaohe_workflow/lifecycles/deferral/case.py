"""
What an application for deferral (延考) keeps between events.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.lifecycles.reviewing import Decision, Reviewed
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import ReturnCode


@attrs.frozen(kw_only=True)
class Deferral(Reviewed):
    """
    One physician's application to sit in the stage for the deferred.

    ``ground`` is a code of the province's list (`Parameters.deferral_grounds`); ``attachments`` are ids of stored
    files. ``return_code`` says why it was returned, while it stands so; ``decision`` is the review that brought it
    into its state, None where something else did.
    """

    institution_id: str
    assessment_id: str
    cycle_id: str
    physician_id: str
    ground: str
    attachments: tuple[AttachmentId, ...]
    return_code: ReturnCode | None = None
    decision: Decision | None = None
