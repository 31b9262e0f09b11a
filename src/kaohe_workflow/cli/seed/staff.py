"""
The physicians of a seeded province, and how far each is in the cycle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.lines import Item
from kaohe_workflow.cli.seed.organisations import Employer
from kaohe_workflow.cli.seed.sending import send_all
from kaohe_workflow.cli.telling import Telling
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.assessment.filing import EthicsSelfEvaluation, Filing, WorkSelfEvaluation
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.testing.people import DEPARTMENTS, Person, people
from kaohe_workflow.values.terms import AccountKind, Ground, Procedure, Verdict

SUBJECTS = ("03", "04", "05", "07", "10", "12", "50", "32", "20")
"""诊疗科目 of the departments, in their order."""

_LONG_IN_PRACTICE = 2008
"""Who was registered by then has the twelve years for 简易程序 (考核办法 第二十一条) in any cycle from now on."""

_PEOPLE_OF_ONE_DEPARTMENT = 8
"""An institution of fewer has one department."""


@attrs.frozen
class Physician:
    """A physician at an employer, with the case in the cycle and who acts for it."""

    number: int
    person: Person
    employer: Employer
    principal: Principal
    case_id: str
    department_id: str

    @property
    def filing(self) -> Filing:
        """What the physician files: every third of long practice by 简易程序."""
        simplified = self.number % 3 == 0 and self.person.first_registered_on.year <= _LONG_IN_PRACTICE
        return Filing(
            department_id=self.department_id,
            procedure=Procedure.SIMPLIFIED if simplified else Procedure.GENERAL,
            ground=Ground.TWELVE_YEARS if simplified else Ground.NONE,
            bad_record=False,
            level=self.person.level,
            category=self.person.category,
            work=WorkSelfEvaluation(
                quantity=Verdict.QUALIFIED, quality=Verdict.QUALIFIED, outpatients=800 + self.number % 2_000
            ),
            ethics=EthicsSelfEvaluation(verdict=Verdict.QUALIFIED),
            statement="本周期内按要求完成各项工作。",
        )


def found_departments(
    application: Application, employers: Sequence[Employer], telling: Telling
) -> Mapping[str, Sequence[str]]:
    """Institution → the ids of its departments: those that a hospital has, or one."""
    made: dict[str, Sequence[str]] = {}
    with telling.stage("科室", len(employers)) as stage:
        for employer in employers:
            count = len(DEPARTMENTS) if employer.size >= _PEOPLE_OF_ONE_DEPARTMENT else 1
            items = [
                Item(None, CreateDepartment(employer.id, name, (subject,)))
                for name, subject in zip(DEPARTMENTS[:count], SUBJECTS, strict=False)
            ]
            receipts = send_all(application, employer.principal, "department", "create", items)
            made[employer.id] = [receipt.id for receipt in receipts]
            stage.advance()
    return made


def hire(
    application: Application,
    employers: Sequence[Employer],
    departments: Mapping[str, Sequence[str]],
    telling: Telling,
) -> list[Physician]:
    """Enter everybody; each superior enters those of its institutions, the cases of the cycle follow."""
    coming = people(sum(employer.size for employer in employers))
    of_superiors: dict[Principal, list[tuple[Employer, Person, str]]] = {}
    for employer in employers:
        own = departments[employer.id]
        for place, person in enumerate(islice(coming, employer.size)):
            of_superiors.setdefault(employer.superior, []).append((employer, person, own[place % len(own)]))
    staff: list[Physician] = []
    with telling.stage("医师", sum(len(few) for few in of_superiors.values())) as stage:
        for superior, few in of_superiors.items():
            staff += _added(application, superior, few, len(staff))
            stage.advance(len(few))
    return staff


def _added(
    application: Application, superior: Principal, few: Sequence[tuple[Employer, Person, str]], before: int
) -> Iterator[Physician]:
    items = [Item(None, _entered(employer, person, department)) for employer, person, department in few]
    receipts = send_all(application, superior, "affiliation", "add", items)
    institutions = tuple({employer.id for employer, _, _ in few})
    here = Where("institution_id", "in", institutions)
    with application.store.begin(write=False) as unit:
        cases = {case.record.physician_id: case.id for case in unit.find("assessment", [here])}
        accounts = {
            case.record.physician_id: case.id
            for case in unit.find("account", [here, Where("kind", "eq", AccountKind.PHYSICIAN)])
        }
    for number, ((employer, person, department), receipt) in enumerate(
        zip(few, receipts, strict=True), before
    ):
        principal = Principal(
            account_id=accounts[receipt.id],
            kind=AccountKind.PHYSICIAN,
            organisation_id=employer.id,
            physician_id=receipt.id,
            operator_id=receipt.id,
        )
        yield Physician(number, person, employer, principal, cases[receipt.id], department)


def _entered(employer: Employer, person: Person, department_id: str) -> AddPhysician:
    return AddPhysician(
        institution_id=employer.id,
        name=person.name,
        id_number=person.id_number,
        phone=person.phone,
        department_id=department_id,
        level=person.level,
        category=person.category,
        qualification_number=person.qualification_number,
        qualified_on=person.qualified_on,
        licence_number=person.licence_number,
        licensed_on=person.licensed_on,
        first_registered_on=person.first_registered_on,
        title=person.title,
        education=person.education,
        practice_situation=person.practice_situation,
    )
