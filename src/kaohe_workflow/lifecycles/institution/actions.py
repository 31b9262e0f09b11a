"""
What the rows of an organisation do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.institution.case import Institution
from kaohe_workflow.lifecycles.institution.facts import may_assess
from kaohe_workflow.lifecycles.shape import Action, Step


def create_institution(_: Institution | None, step: Step) -> Institution:
    """Make the record at its place below the superior, or as the root."""
    given = step.payload
    return Institution(
        institution_id=step.case_id,
        name=given.name,
        kind=given.kind,
        superior_id=given.superior_id,
        path=_path(step),
        address=given.address,
        grade=given.grade,
        credit_code=given.credit_code,
        contact=given.contact,
        contact_phone=given.contact_phone,
    )


def _path(step: Step) -> str:
    superior = step.around.superior if step.payload.superior_id is not None else None
    return f"{superior.path if superior else '/'}{step.case_id}/"


def save_profile(institution: Institution, step: Step) -> Institution:
    """Replace the profile."""
    given = step.payload
    return attrs.evolve(
        institution,
        name=given.name,
        address=given.address,
        grade=given.grade,
        beds=given.beds,
        credit_code=given.credit_code,
        contact=given.contact,
        contact_phone=given.contact_phone,
    )


def confirm_cycle(institution: Institution, step: Step) -> Institution:
    """Note that the cycle's dates have been read."""
    return attrs.evolve(institution, confirmed_cycles=(*institution.confirmed_cycles, step.payload.cycle_id))


def enter_working_days(institution: Institution, step: Step) -> Institution:
    """Keep what is said of days, in the place of what was said of them before."""
    given = step.payload
    named = {*given.taken_back, *(one.day for one in given.days)}
    kept = [one for one in institution.working_days if one.day not in named]
    days = sorted([*kept, *given.days], key=lambda one: one.day)
    return attrs.evolve(institution, working_days=tuple(days))


def set_log_in_pace(institution: Institution, step: Step) -> Institution:
    """Keep how fast the accounts may be tried, or let the province's values hold again."""
    return attrs.evolve(institution, log_in_pace=step.payload.pace)


def mark_agency(institution: Institution, _: Step) -> Institution:
    """Note that the institution is entrusted with assessing in a running cycle."""
    return attrs.evolve(institution, is_agency=True)


def unmark_agency(institution: Institution, _: Step) -> Institution:
    """Note that it is so no longer; its own physicians fall to the direct superior."""
    own = institution.agency_id == institution.institution_id
    return attrs.evolve(institution, is_agency=False, agency_id=None if own else institution.agency_id)


def assign_agency(institution: Institution, step: Step) -> Institution:
    """Set who assesses from now on; open files follow, since nothing else stores it."""
    return attrs.evolve(institution, agency_id=step.payload.agency_id)


def drop_lost_agency(institution: Institution, step: Step) -> Institution:
    """
    Keep the assigned agency only if it may still assess: what is closed holds nobody to being its agency.

    Without one the direct superior acts until another is assigned, so that no file waits for nobody. An institution
    that is its own agency goes by its own mark, which it loses with its application, closed or not.
    """
    own = institution.agency_id == institution.institution_id
    kept = institution.is_agency if own else may_assess(step.around.agency, institution.path)
    return institution if kept else attrs.evolve(institution, agency_id=None)


def change_superior(institution: Institution, step: Step) -> Institution:
    """
    Put the institution below another administration.

    An assigned institution goes on assessing. An administration that was assigned by name does not: it need
    not lie above any more, so the new superior acts until another is assigned.
    """
    agency = step.around.agency
    kept = agency is not None and not agency.kind.is_administration
    return attrs.evolve(
        institution,
        superior_id=step.payload.superior_id,
        path=_path(step),
        agency_id=institution.agency_id if kept else None,
    )


def correct_kind(institution: Institution, step: Step) -> Institution:
    """Replace the kind."""
    return attrs.evolve(institution, kind=step.payload.kind)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_institution": create_institution,
        "save_profile": save_profile,
        "confirm_cycle": confirm_cycle,
        "enter_working_days": enter_working_days,
        "set_log_in_pace": set_log_in_pace,
        "mark_agency": mark_agency,
        "unmark_agency": unmark_agency,
        "assign_agency": assign_agency,
        "drop_lost_agency": drop_lost_agency,
        "change_superior": change_superior,
        "correct_kind": correct_kind,
    }
)
"""Name in the chart → what it does."""
