"""
Who may send an event at all, asked before there is a case: by the charts' rows alone.

Before a file is read, or a person is looked for, whoever can never send the event that it is for is sent away.
"""

from __future__ import annotations

from kaohe_workflow.application.access import Grant, Principal, Standing, grants
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.values.terms import Relation


def admitted(catalogue: Catalogue, lifecycle: str, event: str) -> frozenset[Grant]:
    """The (role, relation) pairs that some row of the event names, in any version of the chart."""
    return frozenset(
        (by.role, by.relation)
        for chart in catalogue.charts[lifecycle].values()
        for row in chart.transitions
        if row.event == event
        for by in row.by
    )


def might_send(catalogue: Catalogue, principal: Principal, lifecycle: str, event: str) -> bool:
    """
    Say whether there can be a case to which the caller may send the event.

    Asked of cases that are as near to the caller as any can be: the caller's own, and right below as their agency.
    """
    below = f"{principal.path}below/" if principal.path is not None else None
    own = Standing(
        institution_id=principal.organisation_id,
        path=principal.path,
        physician_id=principal.physician_id,
        department_id=next(iter(principal.department_ids), None),
    )
    assigned = Standing(
        path=below, superior_id=principal.organisation_id, agency_id=principal.organisation_id
    )
    held = grants(principal, own) | grants(principal, assigned)
    return not held.isdisjoint(admitted(catalogue, lifecycle, event))


def might_send_below(catalogue: Catalogue, principal: Principal, lifecycle: str, event: str) -> bool:
    """Say whether the caller may send the event to cases below because they lie there, not as their agency."""
    below = Standing(path=f"{principal.path}below/" if principal.path is not None else None)
    held = grants(principal, below) & admitted(catalogue, lifecycle, event)
    return any(relation == Relation.SUBTREE.value for _, relation in held)
