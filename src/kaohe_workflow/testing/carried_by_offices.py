"""
What the events of plays carry that are about organisations, accounts and cycles: a few payloads each, good and bad.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import attrs

from kaohe_workflow.lifecycles.account.events import (
    ChangePassword,
    CreateAccount,
    IssueCode,
    LogIn,
    SetPassword,
    UseCode,
)
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.agency_application.case import CommitteePosition, Fault, Material
from kaohe_workflow.lifecycles.agency_application.events import (
    Disqualify,
    OpenPermission,
    ReportCorrection,
    SaveCommittee,
    SaveMaterial,
    Seat,
)
from kaohe_workflow.lifecycles.announcement.events import CreateAnnouncement, SaveAnnouncement
from kaohe_workflow.lifecycles.cycle.events import CreateCycle, SaveCycle
from kaohe_workflow.lifecycles.department.events import CreateDepartment, EditDepartment
from kaohe_workflow.lifecycles.institution.case import Grade, LogInPace
from kaohe_workflow.lifecycles.institution.events import (
    AssignAgency,
    ChangeSuperior,
    ConfirmCycle,
    CorrectKind,
    CreateInstitution,
    EnterWorkingDays,
    SaveProfile,
    SetLogInPace,
)
from kaohe_workflow.testing.agencies import MATERIAL
from kaohe_workflow.testing.people import person
from kaohe_workflow.values.terms import AccountKind, OrganisationKind
from kaohe_workflow.values.windows import CycleWindows, Window
from kaohe_workflow.values.working_days import CalendarDay

if TYPE_CHECKING:
    from kaohe_workflow.application.access import Principal
    from kaohe_workflow.testing.plays import Move, Play

_FURTHER = 300
"""Where the people begin whom nobody brings along; a few of them only, so that the same one comes twice."""

_YEARS = timedelta(days=3 * 365)


def pick(options: tuple[Any, ...], choice: int) -> Any:
    """One of the options; they begin again after the last."""
    return options[choice % len(options)]


def organisation(play: Play, number: int) -> Principal:
    """The hospital, its agency, the hospital elsewhere, their administrations."""
    world, journeys = play.journeys.world, play.journeys
    found: Principal = pick(
        (
            world.hospital,
            world.agency,
            journeys.elsewhere,
            world.county,
            journeys.neighbour,
            world.city,
            world.province,
        ),
        number,
    )
    return found


def _id(play: Play, number: int) -> str:
    return str(organisation(play, number).organisation_id)


def _added(play: Play, move: Move) -> AddPhysician:
    known = person(_FURTHER + move.choice)
    return AddPhysician(institution_id=_id(play, move.paper % 3), name=known.name, id_number=known.id_number)


def _created(play: Play, move: Move) -> CreateInstitution:
    kinds = (
        OrganisationKind.MEDICAL,
        OrganisationKind.MEDICAL,
        OrganisationKind.COUNTY,
        OrganisationKind.PROVINCE,
    )
    return CreateInstitution(
        superior_id=_id(play, 3 + move.paper % 4),
        name=f"新设机构{move.choice}",
        kind=pick(kinds, move.choice),
        login=pick((None, f"new-{move.choice}"), move.choice),
    )


def _profile(play: Play, move: Move) -> SaveProfile:
    grade = pick((Grade.THIRD_A, None), move.choice)
    return SaveProfile(
        name=f"更名机构{move.choice}",
        address="民族大道2号",
        grade=grade,
        beds=pick((500, None, 10), move.choice),
        contact=pick(("李科长", "李科长", ""), move.choice),
    )


def _working_days(play: Play, move: Move) -> EnterWorkingDays:
    day = pick((date(2024, 1, 8), date(2023, 12, 30), date(2023, 12, 1)), move.choice)
    given = (CalendarDay(day, move.paper % 2 == 1, "调休"),)
    options = (EnterWorkingDays(given), EnterWorkingDays(taken_back=(day,)), EnterWorkingDays())
    return options[move.paper % len(options)]


def _permission(play: Play, move: Move) -> OpenPermission:
    """For the one whose application `Play.target` looks for; there is nothing to say where it has been made."""
    if play.target(move) is not None:
        return OpenPermission()
    asked = (play.journeys.world.agency, play.journeys.world.hospital, play.journeys.elsewhere)
    return OpenPermission(str(pick(asked, move.paper).organisation_id), play.journeys.world.cycle_id)


def _committee(play: Play, move: Move) -> SaveCommittee:
    chair = Seat(name="张主任", title="主任医师", position=CommitteePosition.CHAIR)
    seats = (Seat(name="李委员"),)
    return SaveCommittee(seats if move.choice % 2 == 0 else (*seats, chair))


def _account(play: Play, move: Move) -> CreateAccount:
    kind = pick((AccountKind.ORGANISATION, AccountKind.AUDITOR), move.choice)
    return CreateAccount(
        institution_id=_id(play, move.paper),
        kind=kind,
        login=f"office-{move.choice}",
        operator_id=pick(("operator-1", None), move.paper),
        shared=move.paper % 2 == 1,
    )


def _code(play: Play, move: Move) -> IssueCode:
    return IssueCode.of(f"hash-of-code-{move.choice}", play.now + timedelta(days=move.choice - 1))


def _later(windows: CycleWindows) -> CycleWindows:
    """The same windows, three years on."""
    moved = {
        field.name: Window(given.opens_at + _YEARS, given.closes_at + _YEARS)
        for field in attrs.fields(CycleWindows)
        if (given := getattr(windows, field.name)) is not None
    }
    return attrs.evolve(windows, **moved)


def _days(move: Move) -> tuple[date, date]:
    options = (
        (date(2023, 1, 1), date(2025, 12, 31)),
        (date(2022, 1, 1), date(2024, 12, 31)),
        (date(2023, 1, 1), date(2023, 1, 1)),
    )
    found: tuple[date, date] = pick(options, move.choice)
    return found


def _cycle(play: Play, move: Move) -> CreateCycle:
    return CreateCycle(
        _id(play, 6), "第二周期", *_days(move), pick((_later(play.windows), play.windows), move.paper)
    )


CARRIED_BY_OFFICES: Mapping[tuple[str, str], Callable[[Play, Move], Any]] = {
    ("affiliation", "add"): _added,
    ("institution", "create"): _created,
    ("institution", "save_profile"): _profile,
    ("institution", "confirm_cycle"): lambda play, move: ConfirmCycle(
        pick((play.journeys.world.cycle_id, "nocycle"), move.choice)
    ),
    ("institution", "enter_working_days"): _working_days,
    ("institution", "set_log_in_pace"): lambda _, move: SetLogInPace(
        LogInPace(10 + move.choice, 1 + move.paper) if move.choice % 3 else None
    ),
    ("institution", "assign_agency"): lambda play, move: AssignAgency(
        pick((_id(play, 1), None, _id(play, 3), _id(play, 5)), move.choice)
    ),
    ("institution", "change_superior"): lambda play, move: ChangeSuperior(_id(play, 3 + move.choice)),
    ("institution", "correct_kind"): lambda _, move: CorrectKind(pick(tuple(OrganisationKind), move.choice)),
    ("agency_application", "open_permission"): _permission,
    ("agency_application", "save_material"): lambda play, move: SaveMaterial(
        pick((MATERIAL, MATERIAL, Material()), move.choice)
    ),
    ("agency_application", "save_committee"): _committee,
    ("agency_application", "report_correction"): lambda play, move: ReportCorrection(
        pick((("report",), ()), move.choice)
    ),
    ("agency_application", "disqualify"): lambda play, move: Disqualify(
        pick(((Fault.FRAUD,), ()), move.choice), pick((2, 0, -1), move.choice)
    ),
    ("announcement", "create"): lambda play, move: CreateAnnouncement(
        institution_id=_id(play, 3 + move.paper), title=f"公告{move.choice}", text="请按时完成报名。"
    ),
    ("announcement", "save"): lambda play, move: SaveAnnouncement(
        title=f"公告{move.choice}", text="请按时完成审核。"
    ),
    ("department", "create"): lambda play, move: CreateDepartment(
        _id(play, move.paper % 3), f"科室{move.choice}", pick((("03",), ("99",), ()), move.choice)
    ),
    ("department", "edit"): lambda play, move: EditDepartment(
        pick(("内科", "外科", "科室1"), move.choice), pick((("03", "03.01"), ()), move.choice)
    ),
    ("account", "create"): _account,
    ("account", "issue_code"): _code,
    ("account", "reset"): _code,
    ("account", "use_code"): lambda play, move: UseCode.of(code_right=move.choice % 3 != 2),
    ("account", "set_password"): lambda play, move: SetPassword.of(
        "hash", code_right=move.choice % 3 != 2, accepted=move.choice % 4 != 3
    ),
    ("account", "change_password"): lambda play, move: ChangePassword.of(
        "another hash", password_right=move.choice % 3 != 2, accepted=move.choice % 4 != 3
    ),
    ("account", "log_in"): lambda play, move: LogIn.of(password_right=move.choice % 3 != 2),
    ("cycle", "create"): _cycle,
    ("cycle", "save"): lambda play, move: SaveCycle(
        "第二周期（草稿）", *_days(move), pick((_later(play.windows), play.windows), move.paper)
    ),
}
"""Lifecycle and event → its payload for a move; see `carried.CARRIED`, which holds these, too."""
