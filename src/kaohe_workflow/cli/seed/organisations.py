"""
The organisations of a seeded province: its administrations, and its institutions by size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.lines import Item
from kaohe_workflow.cli.seed.sending import send_all
from kaohe_workflow.cli.seed.shape import Shape
from kaohe_workflow.cli.telling import Telling
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.institution.case import Grade
from kaohe_workflow.lifecycles.institution.events import CreateInstitution, SaveProfile
from kaohe_workflow.values.terms import AccountKind, OrganisationKind

OF_CITIES = 3
"""How many of the largest institutions each city has under itself; the others belong to counties."""

_STEP = 7_919
"""A prime: spreads institutions of every size over the counties."""

_GRADES = (
    (1_000, Grade.THIRD_A),
    (300, Grade.THIRD_B),
    (100, Grade.SECOND_A),
    (30, Grade.SECOND_B),
    (8, Grade.FIRST_A),
)


@attrs.frozen
class Employer:
    """An institution, who acts for it, how many physicians it has, and who acts for its superior."""

    principal: Principal
    name: str
    size: int
    superior: Principal

    @property
    def id(self) -> str:
        """The id of the organisation."""
        return str(self.principal.organisation_id)


@attrs.frozen
class Tree:
    """All organisations; each with who acts for it."""

    province: Principal
    cities: tuple[Principal, ...]
    counties: tuple[Principal, ...]
    employers: tuple[Employer, ...]


def plant(application: Application, shape: Shape, telling: Telling) -> Tree:
    """Make them all, each with its account."""
    province = _root(application)
    cities = tuple(_administrations(application, [province], shape.cities, OrganisationKind.CITY))
    counties = tuple(_administrations(application, cities, shape.counties, OrganisationKind.COUNTY))
    sizes = shape.sizes()
    under: dict[Principal, list[tuple[int, int]]] = {}
    for number, size in enumerate(sizes):
        under.setdefault(_superior(number, cities, counties), []).append((number, size))
    employers: list[Employer] = []
    with telling.stage("医疗机构", len(sizes)) as stage:
        for superior, few in under.items():
            employers += _employers(application, superior, few)
            stage.advance(len(few))
    employers.sort(key=lambda employer: -employer.size)
    _introduce(application, employers, telling)
    return Tree(province, cities, counties, tuple(employers))


def _superior(number: int, cities: Sequence[Principal], counties: Sequence[Principal]) -> Principal:
    if number < OF_CITIES * len(cities):
        return cities[number % len(cities)]
    return counties[number * _STEP % len(counties)]


def _root(application: Application) -> Principal:
    payload = CreateInstitution(
        superior_id=None,
        name="模拟省卫生健康委员会",
        kind=OrganisationKind.PROVINCE,
        address="省城民族大道1号",
        login="seed-province",
        shared=False,
    )
    root = application.door.send(SYSTEM, "institution", None, "create", payload).id
    auditor = CreateAccount(
        institution_id=root,
        kind=AccountKind.AUDITOR,
        login="seed-auditor",
        label="审计员",
        operator_id="auditor",
    )
    application.door.send(SYSTEM, "account", None, "create", auditor)
    (principal,) = _principals(application, SYSTEM, [root], OrganisationKind.PROVINCE)
    return principal


def _administrations(
    application: Application, superiors: Sequence[Principal], count: int, kind: OrganisationKind
) -> Iterator[Principal]:
    for place, superior in enumerate(superiors):
        numbers = range(place + 1, count + 1, len(superiors))
        payloads = [
            CreateInstitution(
                superior_id=superior.organisation_id,
                name=f"第{number}{'市卫生健康委员会' if kind is OrganisationKind.CITY else '县卫生健康局'}",
                kind=kind,
                address=f"人民路{number}号",
                login=f"seed-{kind.value}-{number:03}",
                shared=False,
            )
            for number in numbers
        ]
        yield from _made(application, superior, payloads, kind)


def _employers(
    application: Application, superior: Principal, few: Sequence[tuple[int, int]]
) -> Iterator[Employer]:
    payloads = [
        CreateInstitution(
            superior_id=superior.organisation_id,
            name=f"第{number + 1}{_sort(size)}",
            kind=OrganisationKind.MEDICAL,
            login=f"seed-{number + 1:05}",
        )
        for number, size in few
    ]
    principals = _made(application, superior, payloads, OrganisationKind.MEDICAL)
    for (_, size), payload, principal in zip(few, payloads, principals, strict=True):
        yield Employer(principal, payload.name, size, superior)


def _introduce(application: Application, employers: Sequence[Employer], telling: Telling) -> None:
    """Each institution completes its profile, as it has to before anything else (手册 2.2.2)."""
    with telling.stage("机构信息", len(employers)) as stage:
        for number, employer in enumerate(employers, 1):
            profile = SaveProfile(
                name=employer.name,
                address=f"健康路{number}号",
                grade=next((grade for least, grade in _GRADES if employer.size >= least), Grade.UNGRADED),
                contact="李科长",
            )
            application.door.send(employer.principal, "institution", employer.id, "save_profile", profile)
            stage.advance()


def _sort(size: int) -> str:
    if size >= 100:
        return "医院"
    return "卫生院" if size >= 8 else "诊所"


def _made(
    application: Application,
    superior: Principal,
    payloads: Sequence[CreateInstitution],
    kind: OrganisationKind,
) -> list[Principal]:
    items = [Item(None, payload) for payload in payloads]
    receipts = send_all(application, superior, "institution", "create", items)
    return _principals(application, superior, [receipt.id for receipt in receipts], kind)


def _principals(
    application: Application, superior: Principal, ids: Sequence[str], kind: OrganisationKind
) -> list[Principal]:
    """Who acts for the organisations, in their order: their first accounts."""
    where: list[Any] = [
        Where("institution_id", "in", tuple(ids)),
        Where("kind", "eq", AccountKind.ORGANISATION),
    ]
    with application.store.begin(write=False) as unit:
        accounts = {case.record.institution_id: case for case in unit.find("account", where)}
    return [
        Principal(
            account_id=accounts[id].id,
            kind=AccountKind.ORGANISATION,
            organisation_id=id,
            organisation_kind=kind,
            path=f"{superior.path or '/'}{id}/",
            operator_id=accounts[id].record.operator_id,
        )
        for id in ids
    ]
