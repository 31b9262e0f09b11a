"""
Who has asked for a job, while it waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.accounts.sessions import principal_of
from kaohe_workflow.application.origin import Origin
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.values.terms import AccountKind, OrganisationKind


def told(principal: Principal) -> dict[str, Any]:
    """What a job keeps of who has asked for it, and from where: what it does is done from there."""
    return {
        "account_id": principal.account_id,
        "kind": str(principal.kind),
        "organisation_id": principal.organisation_id,
        "organisation_kind": str(principal.organisation_kind) if principal.organisation_kind else None,
        "path": principal.path,
        "physician_id": principal.physician_id,
        "operator_id": principal.operator_id,
        "listed_ids": list(principal.listed_ids),
        "department_ids": list(principal.department_ids),
        "origin": attrs.asdict(principal.origin) if principal.origin is not None else None,
    }


def asker_of(unit: UnitOfWork, kept: Mapping[str, Any]) -> Principal | None:
    """
    Whom the errand is done for, as the account stands now; None if it may not log in any more.

    Who has no account here acts for a system that embeds the library, which has said who it is.
    """
    account = unit.read("account", [kept["account_id"]]).get(kept["account_id"])
    origin = Origin(**kept["origin"]) if kept["origin"] is not None else None
    if account is not None and account.state != "active":
        return None
    if account is not None:
        return attrs.evolve(principal_of(unit, account), origin=origin)
    kind = kept["organisation_kind"]
    return Principal(
        **{
            **kept,
            "kind": AccountKind(kept["kind"]),
            "listed_ids": tuple(kept["listed_ids"]),
            "department_ids": tuple(kept["department_ids"]),
            "organisation_kind": OrganisationKind(kind) if kind else None,
            "origin": origin,
        }
    )
