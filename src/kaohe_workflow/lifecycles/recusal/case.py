"""
What a recusal keeps between events.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.lifecycles.shape import Decider


@attrs.frozen(kw_only=True)
class Recusal:
    """
    One member of the committee and one assessment, or one person of an administration that assesses.

    ``member`` is the name on the roster of the agency ``agency_id``, or that of the account; ``account_id`` and
    ``operator_id`` say which account and natural person that is, as they stood then, None for a member without a named
    account. ``by_physician`` tells who brought it up.
    """

    institution_id: str
    assessment_id: str
    cycle_id: str
    physician_id: str
    agency_id: str
    member: str
    by_physician: bool
    account_id: str | None = None
    operator_id: str | None = None

    @property
    def person(self) -> Decider:
        """
        Who is held off. A member without a named account is surely no other named person's account, and may be whoever
        uses a shared one.
        """
        return Decider(self.account_id or "", self.operator_id)

    def holds_off(self, agency_id: str, member: str, person: Decider) -> bool:
        """
        Whether it is about this member of this agency: by the name, which a roster has once, or by the person of a
        named account. Another agency's member of the same name is somebody else.
        """
        same = person.account_id != "" and self.account_id is not None and not self.person.is_another(person)
        return self.agency_id == agency_id and (self.member == member or same)
