"""
The organisations of the demonstration, from the province's administration down to the hospital of the roster.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from kaohe_workflow.cli.demo import timetable
from kaohe_workflow.cli.demo.calling import Caller, Row, Who
from kaohe_workflow.cli.demo.proofs import prove
from kaohe_workflow.cli.telling import Telling
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.agency_application.case import Material
from kaohe_workflow.lifecycles.agency_application.events import OpenPermission, SaveMaterial
from kaohe_workflow.lifecycles.cycle.events import CreateCycle
from kaohe_workflow.lifecycles.institution.case import Grade
from kaohe_workflow.lifecycles.institution.events import (
    AssignAgency,
    ConfirmCycle,
    CreateInstitution,
    SaveProfile,
)
from kaohe_workflow.values.terms import AccountKind, OrganisationKind


@attrs.frozen(kw_only=True)
class Organisation:
    """An organisation as it is set up; ``superior`` is the key of the one above, None for the root."""

    key: str
    name: str
    kind: OrganisationKind
    superior: str | None
    address: str
    grade: Grade | None = None
    beds: int | None = None

    @property
    def login(self) -> str:
        """The account's login name."""
        return f"demo-{self.key}"


ORGANISATIONS: tuple[Organisation, ...] = (
    Organisation(
        key="province",
        name="演示省卫生健康委员会",
        kind=OrganisationKind.PROVINCE,
        superior=None,
        address="演示市民族大道1号",
    ),
    Organisation(
        key="city",
        name="演示市卫生健康委员会",
        kind=OrganisationKind.CITY,
        superior="province",
        address="演示市人民路2号",
    ),
    Organisation(
        key="county",
        name="演示县卫生健康局",
        kind=OrganisationKind.COUNTY,
        superior="city",
        address="演示市演示县建设街3号",
    ),
    Organisation(
        key="hospital",
        name="演示县人民医院",
        kind=OrganisationKind.MEDICAL,
        superior="county",
        address="演示市演示县健康路4号",
        grade=Grade.SECOND_A,
        beds=260,
    ),
    Organisation(
        key="agency",
        name="演示市第一人民医院",
        kind=OrganisationKind.MEDICAL,
        superior="city",
        address="演示市新民路5号",
        grade=Grade.THIRD_A,
        beds=1200,
    ),
)
"""Superiors before those below them. The hospital has the roster's physicians, the agency assesses them."""


@attrs.frozen(kw_only=True)
class Authorities:
    """Who acts for each organisation, their ids, and the cycle."""

    who: Mapping[str, Who]
    ids: Mapping[str, str]
    cycle_id: str


def set_up(caller: Caller, province: Who, telling: Telling) -> Authorities:
    """Make what is missing of organisations, accounts and cycle; ``province`` acts for the root."""
    caller.move(timetable.SET_UP)
    with telling.stage("建立机构、账户和考核周期", len(ORGANISATIONS) + 2) as stage:
        building = _Building(caller, province)
        for organisation in ORGANISATIONS:
            building.add(organisation)
            stage.advance()
        cycle_id = building.publish_cycle()
        stage.advance()
        building.entrust_agency(cycle_id)
        building.assign_agency()
        stage.advance()
    return Authorities(who=building.who, ids=building.ids, cycle_id=cycle_id)


class _Building:
    """Looks at what there is and makes the rest; used once."""

    def __init__(self, caller: Caller, province: Who) -> None:
        self._caller = caller
        self._root = province
        self._known = {row["name"]: row for row in caller.rows(province, "institutions")}
        accounts = caller.rows(province, "accounts", kind="organisation")
        self._accounts = {row["institution_id"]: row["id"] for row in accounts}
        self.who: dict[str, Who] = {}
        self.ids: dict[str, str] = {}

    def add(self, organisation: Organisation) -> None:
        superior = organisation.superior
        if superior is None:
            self.who[organisation.key] = self._root
            self.ids[organisation.key] = self._known[organisation.name]["id"]
        else:
            self.ids[organisation.key] = self._institution(organisation, superior)
            self.who[organisation.key] = self._account(organisation, self.who[superior])
        if self._state(organisation) == "incomplete":
            profile = SaveProfile(
                name=organisation.name,
                address=organisation.address,
                grade=organisation.grade,
                beds=organisation.beds,
                contact="演示联系人",
                contact_phone="0771-2800000",
            )
            self._send(organisation.key, organisation.key, "save_profile", profile)

    def _state(self, organisation: Organisation) -> str:
        row: Row | None = self._known.get(organisation.name)
        return "incomplete" if row is None else str(row["state"])

    def _institution(self, organisation: Organisation, superior: str) -> str:
        known = self._known.get(organisation.name)
        if known is not None:
            return str(known["id"])
        payload = CreateInstitution(
            superior_id=self.ids[superior], name=organisation.name, kind=organisation.kind
        )
        return self._caller.send(self.who[superior], "institution", None, "create", payload)

    def _account(self, organisation: Organisation, superior: Who) -> Who:
        institution_id = self.ids[organisation.key]
        account_id = self._accounts.get(institution_id)
        if account_id is None:
            payload = CreateAccount(
                institution_id=institution_id,
                kind=AccountKind.ORGANISATION,
                login=organisation.login,
                label=organisation.name,
                operator_id=f"{organisation.login}-operator",
            )
            account_id = self._caller.send(superior, "account", None, "create", payload)
        return Who(account_id, organisation.login, superior)

    def entrust_agency(self, cycle_id: str) -> None:
        """The city opens the permission, the agency applies within the window, the city agrees (手册 2.2.4)."""
        known = self._caller.rows(self._root, "agency-applications", cycle_id=cycle_id)
        rows = {row["institution_id"]: row for row in known}
        row = rows.get(self.ids["agency"])
        state = row["state"] if row is not None else "none"
        if row is None:
            opened = OpenPermission(self.ids["agency"], cycle_id)
            case_id = self._apply("city", None, "open_permission", opened)
        else:
            case_id = str(row["id"])
        if state in ("none", "may_apply"):
            self._caller.move(timetable.AGENCY_APPLIED)
            self._apply("agency", case_id, "save_material", SaveMaterial(self._material()))
            self._apply("agency", case_id, "submit")
        if state in ("none", "may_apply", "submitted"):
            self._caller.move(timetable.AGENCY_APPROVED)
            self._apply("city", case_id, "pass")

    def _material(self) -> Material:
        names = ("信息登记表", "医疗机构执业许可证副本", "考核委员会名单", "工作制度", "实施方案")
        form, licence, committee, *rules = (
            prove(self._caller, self.who["agency"], f"{name}.pdf") for name in names
        )
        return Material(
            registration_form=(form,), licence=(licence,), committee=(committee,), rules=tuple(rules)
        )

    def _apply(self, by: str, case_id: str | None, event: str, *payload: object) -> str:
        return self._caller.send(self.who[by], "agency_application", case_id, event, *payload)

    def assign_agency(self) -> None:
        hospital = self._caller.case(self._root, "institution", self.ids["hospital"])
        if hospital["agency_id"] != self.ids["agency"]:
            self._send("county", "hospital", "assign_agency", AssignAgency(self.ids["agency"]))

    def publish_cycle(self) -> str:
        cycles = {row["name"]: row for row in self._caller.rows(self._root, "cycles")}
        cycle = cycles.get(timetable.CYCLE_NAME)
        cycle_id = self._create_cycle() if cycle is None else str(cycle["id"])
        if cycle is None or cycle["state"] == "draft":
            self._caller.send(self._root, "cycle", cycle_id, "publish")
        hospital = self._caller.case(self._root, "institution", self.ids["hospital"])
        if cycle_id not in hospital["confirmed_cycles"]:
            self._send("hospital", "hospital", "confirm_cycle", ConfirmCycle(cycle_id))
        return cycle_id

    def _create_cycle(self) -> str:
        payload = CreateCycle(
            self.ids["province"],
            timetable.CYCLE_NAME,
            timetable.FIRST_DAY,
            timetable.LAST_DAY,
            timetable.WINDOWS,
        )
        return self._caller.send(self._root, "cycle", None, "create", payload)

    def _send(self, by: str, to: str, event: str, *payload: object) -> None:
        self._caller.send(self.who[by], "institution", self.ids[to], event, *payload)
