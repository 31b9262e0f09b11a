"""
A province from the first organisation to the files of a running cycle, stage by stage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import attrs

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.lines import Item
from kaohe_workflow.cli.seed.organisations import Employer, Tree, plant
from kaohe_workflow.cli.seed.sending import send_all
from kaohe_workflow.cli.seed.shape import Shape
from kaohe_workflow.cli.seed.staff import Physician, found_departments, hire
from kaohe_workflow.cli.seed.timetable import Timetable
from kaohe_workflow.cli.telling import Telling
from kaohe_workflow.lifecycles.agency_application.events import OpenPermission, SaveMaterial
from kaohe_workflow.lifecycles.assessment.events import Enrol, GiveOpinion, Submit
from kaohe_workflow.lifecycles.cycle.events import CreateCycle
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.testing.agencies import MATERIAL
from kaohe_workflow.testing.files import handed_in
from kaohe_workflow.values.terms import Verdict

GOOD = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED)

_OF = 20
"""People are counted in twenties; so many of each are how far."""

_ENROLLED, _FILED, _REVIEWED, _PASSED = 18, 15, 11, 7


@attrs.frozen
class Seeded:
    """What a person looks at first: the largest institution, the smallest, and the agency of the first county."""

    tree: Tree
    largest: Employer
    agency: Employer
    smallest: Employer


@attrs.frozen
class Filling:
    """Fills the empty database of an application; ``clock`` is the application's own."""

    application: Application
    clock: SettableClock
    timetable: Timetable
    telling: Telling

    def fill(self, shape: Shape) -> Seeded:
        """
        Make everything; the clock stands at the agencies' review afterwards.

        Raises:
            KaoheError: a rule refuses, which is an error of this program.
        """
        self.clock.set(self.timetable.set_up)
        tree = plant(self.application, shape, self.telling)
        cycle_id = self._publish_cycle(tree.province)
        self.clock.set(self.timetable.agencies)
        agencies = self._entrust(tree, cycle_id)
        self.clock.set(self.timetable.listed)
        departments = found_departments(self.application, tree.employers, self.telling)
        staff = hire(self.application, tree.employers, departments, self.telling)
        self._file(staff)
        self._review(staff, agencies)
        agency = next(one for one in tree.employers if one.superior == tree.counties[0])
        return Seeded(tree, tree.employers[0], agency, tree.employers[-1])

    def _publish_cycle(self, province: Principal) -> str:
        year = self.timetable.last_year
        payload = CreateCycle(
            str(province.organisation_id),
            f"{year - 2}—{year}年度医师定期考核",
            date(year - 2, 1, 1),
            date(year, 12, 31),
            self.timetable.windows,
        )
        send = self.application.door.send
        cycle = send(province, "cycle", None, "create", payload).id
        send(province, "cycle", cycle, "publish")
        self.application.timers.work()
        return cycle

    def _entrust(self, tree: Tree, cycle_id: str) -> dict[str, Employer]:
        """The largest institution of each administration assesses all of them; institution → its agency."""
        agencies: dict[str, Employer] = {}
        largest: dict[Principal, Employer] = {}
        for employer in tree.employers:
            agencies[employer.id] = largest.setdefault(employer.superior, employer)
        with self.telling.stage("考核机构", len(largest)) as stage:
            for superior, agency in largest.items():
                self._apply(superior, agency, cycle_id)
                assigned = AssignAgency(agency.id)
                items = [Item(id, assigned) for id, one in agencies.items() if one is agency]
                send_all(self.application, superior, "institution", "assign_agency", items)
                stage.advance()
        return agencies

    def _apply(self, superior: Principal, agency: Employer, cycle_id: str) -> None:
        send = self.application.door.send
        opened = OpenPermission(agency.id, cycle_id)
        case_id = send(superior, "agency_application", None, "open_permission", opened).id
        material = handed_in(self.application, agency.principal, MATERIAL)
        send(agency.principal, "agency_application", case_id, "save_material", SaveMaterial(material))
        send(agency.principal, "agency_application", case_id, "submit")
        send(superior, "agency_application", case_id, "pass")

    def _file(self, staff: Sequence[Physician]) -> None:
        self.clock.set(self.timetable.enrolled)
        enrolled = [one for one in staff if one.number % _OF < _ENROLLED]
        self._grouped("允许报名", "enrol", Enrol(), enrolled, lambda one: one.employer.principal)
        self.clock.set(self.timetable.filed)
        filing = [one for one in enrolled if one.number % _OF < _FILED]
        with self.telling.stage("提交报名", len(filing)) as stage:
            for one in filing:
                filed = Submit(one.filing)
                self.application.door.send(one.principal, "assessment", one.case_id, "submit", filed)
                stage.advance()

    def _review(self, staff: Sequence[Physician], agencies: dict[str, Employer]) -> None:
        self.clock.set(self.timetable.reviewed)
        reviewed = [one for one in staff if one.number % _OF < _REVIEWED]
        self._grouped("机构审核", "submit_opinion", GOOD, reviewed, lambda one: one.employer.principal)
        self.clock.set(self.timetable.agency_reviewed)
        passed = [one for one in reviewed if one.number % _OF < _PASSED]
        self._grouped(
            "考核机构复核", "pass", NoPayload(), passed, lambda one: agencies[one.employer.id].principal
        )

    def _grouped(
        self,
        label: str,
        event: str,
        payload: object,
        staff: Sequence[Physician],
        sender: Callable[[Physician], Principal],
    ) -> None:
        """Send an event to everybody's case, those of one sender together."""
        groups: dict[Principal, list[Item]] = {}
        for one in staff:
            groups.setdefault(sender(one), []).append(Item(one.case_id, payload))
        with self.telling.stage(label, len(staff)) as stage:
            for principal, items in groups.items():
                send_all(self.application, principal, "assessment", event, items)
                stage.advance(len(items))
