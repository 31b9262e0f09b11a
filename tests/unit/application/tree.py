"""A tree of organisations, and who calls from where in it."""

from __future__ import annotations

from typing import Any

import attrs

from kaohe_workflow.application.access import SYSTEM, Principal, Standing
from kaohe_workflow.values.terms import AccountKind, OrganisationKind

# A province with two cities; a county below the first; hospitals below county and cities.
PATHS = {
    "province": "/province/",
    "city": "/province/city/",
    "county": "/province/city/county/",
    "hospital": "/province/city/county/hospital/",
    "sibling": "/province/city/county/sibling/",
    "agency": "/province/city/agency/",
    "abroad": "/province/abroad/",
    "foreign": "/province/abroad/foreign/",
}


KINDS = {
    "province": OrganisationKind.PROVINCE,
    "city": OrganisationKind.CITY,
    "abroad": OrganisationKind.CITY,
    "county": OrganisationKind.COUNTY,
}


def office(name: str, **more: Any) -> Principal:
    """An account of an organisation of the tree."""
    return Principal(
        account_id=f"account-{name}",
        kind=AccountKind.ORGANISATION,
        organisation_id=name,
        organisation_kind=KINDS.get(name, OrganisationKind.MEDICAL),
        path=PATHS[name],
        operator_id=f"person-{name}",
        **more,
    )


def physician(name: str, **more: Any) -> Principal:
    """The account of a physician of the hospital."""
    return Principal(
        account_id=f"account-{name}",
        kind=AccountKind.PHYSICIAN,
        organisation_id="hospital",
        organisation_kind=OrganisationKind.MEDICAL,
        path=PATHS["hospital"],
        physician_id=name,
        operator_id=name,
        **more,
    )


def auditor(name: str) -> Principal:
    """An auditor's account at an organisation of the tree."""
    return attrs.evolve(office(name), account_id=f"auditor-{name}", kind=AccountKind.AUDITOR)


def at(
    name: str, agency: str | None = None, person: str | None = None, account: str | None = None
) -> Standing:
    """A case of an organisation of the tree."""
    above = PATHS[name].split("/")[1:-2]
    return Standing(
        institution_id=name,
        path=PATHS[name],
        superior_id=above[-1] if above else None,
        agency_id=agency,
        physician_id=person,
        account_id=account,
    )


CALLERS = {
    "system": SYSTEM,
    "doctor": physician("doctor"),
    "other": physician("other"),
    "auditor": auditor("city"),
    **{name: office(name) for name in PATHS},
}


DOCTORS_FILE = at("hospital", "agency", "doctor")


LETTERS = {
    "P": "physician",
    "I": "institution",
    "B": "agency",
    "A": "administration",
    "V": "province",
    "S": "system",
    "U": "auditor",
}


def grants_of(letters: str) -> frozenset[tuple[str, str]]:
    """`I:own A:subtree` as grants."""
    pairs = (item.split(":") for item in letters.split())
    return frozenset((LETTERS[role], relation) for role, relation in pairs)
