"""开通单: activation codes for many physicians who have never had a password, on sheets that are given out once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

import attrs
import pytest

from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.jobs.activations import KEPT_FOR, MOST_ACCOUNTS, PORTION
from kaohe_workflow.application.stored import TAKEN, Errand
from kaohe_workflow.errors import (
    InputInvalid,
    NotFound,
    NotPermitted,
)
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.errands import ErrandStanding
from kaohe_workflow.values.terms import AccountKind
from tests.unit.application.world.steps import case_of

pytestmark = pytest.mark.manual("S-7", "M: account: create, code again, disable, enable")

PAUSE = timedelta(minutes=3)
TICK = timedelta(milliseconds=1)
GOOD_PASSWORD = "Yong-jiang-da-qiao-8"


def codes(world: World, errand: Errand, number: int = 1) -> dict[str, str]:
    """Name → code of one sheet, which is given out by that."""
    return codes_of(world.application.errands.take(world.hospital, errand.id, number))


def codes_of(content: bytes) -> dict[str, str]:
    """Name → code of a sheet as it is given out."""
    with ZipFile(BytesIO(content)) as files:
        (name,) = files.namelist()
        _, *rows = read_sheets(files.read(name))[0].rows
    return {str(row[3]): str(row[5]) for row in rows if len(row) > 6 and row[5]}


def names(journeys: Journeys, travellers: list[Traveller]) -> set[str]:
    return {str(case_of(journeys.world, "affiliation", one.physician_id).record.name) for one in travellers}


def shown(world: World, errand: Errand) -> Errand:
    return world.application.errands.show(world.hospital, errand.id)


def ask(world: World, **filters: str) -> Errand:
    return world.application.errands.ask_for_activations(world.hospital, filters)


def work(world: World) -> int:
    """How many jobs have come to their end."""
    return world.application.timers.work()


def test_everybody_gets_a_code_that_works_once(stored: Journeys) -> None:
    """Account and code open the first password, and the sheet names each; of the codes nothing else is kept."""
    world, travellers = stored.world, [stored.newcomer() for _ in range(3)]
    asked = ask(world)
    work(world)
    done = shown(world, asked)
    sheet = codes(world, done)
    who = travellers[0]
    name = str(case_of(world, "affiliation", who.physician_id).record.name)
    opened = world.application.accounts.log_in(who.id_number, sheet[name], wanted="code")

    assert (ErrandStanding.DONE, 3, 0, 1) == (done.standing, done.done, done.refused, len(done.parts))
    assert names(stored, travellers) == set(sheet)
    assert 3 == len(set(sheet.values()))
    world.application.accounts.activate(opened.token, GOOD_PASSWORD)
    assert world.application.accounts.log_in(who.id_number, GOOD_PASSWORD).token
    assert () == world.application.verification.run().findings


def test_a_sheet_is_given_out_once(journeys: Journeys) -> None:
    """To the asker alone; then it is gone, from the errand and from the place of the files."""
    world = journeys.world
    journeys.newcomer()
    asked = ask(world)
    work(world)
    errands = world.application.errands
    (digest,) = shown(world, asked).parts
    with pytest.raises(NotFound):
        errands.take(world.agency, asked.id, 1)
    codes(world, asked)
    with pytest.raises(NotFound):
        errands.take(world.hospital, asked.id, 1)

    assert (TAKEN,) == shown(world, asked).parts
    assert () == shown(world, asked).kept_parts
    assert not errands.contents.holds(digest)


@pytest.mark.parametrize("swept", [True, False])
def test_a_sheet_that_nobody_fetches_is_over_after_a_day(journeys: Journeys, swept: bool) -> None:
    """In the last instant it is given out, from the next on it is not, swept or not; a sweep drops the file."""
    world = journeys.world
    journeys.newcomer()
    asked = ask(world)
    work(world)
    done = shown(world, asked)
    assert done.ended_at is not None
    world.clock.set(done.ended_at + KEPT_FOR - TICK)
    work(world)
    kept = world.application.errands.contents.holds(done.parts[0])
    world.clock.set(done.ended_at + KEPT_FOR)
    if swept:
        work(world)
    with pytest.raises(NotFound):
        world.application.errands.take(world.hospital, asked.id, 1)

    assert kept
    assert swept is not world.application.errands.contents.holds(done.parts[0])


def test_a_sheet_every_three_minutes(journeys: Journeys) -> None:
    """A hospital in an hour, and no faster: a sheet of twenty, the next one three minutes later."""
    world = journeys.world
    for _ in range(PORTION + 1):
        journeys.newcomer()
    asked = ask(world)
    ended = [work(world)]
    first = shown(world, asked)
    world.clock.set(world.clock.now() + PAUSE - TICK)
    ended.append(work(world))
    waiting = shown(world, asked)
    world.clock.set(world.clock.now() + TICK)
    ended.append(work(world))
    done = shown(world, asked)
    world.clock.set(world.clock.now() + KEPT_FOR)
    ended.append(work(world))

    assert [0, 0, 0, 1] == ended
    assert (PORTION, PORTION, PORTION + 1) == (first.done, waiting.done, done.done)
    assert (ErrandStanding.WAITING, ErrandStanding.DONE) == (waiting.standing, done.standing)


def test_two_sheets_name_everybody_once(journeys: Journeys) -> None:
    """The second goes on where the first has ended."""
    world, travellers = journeys.world, [journeys.newcomer() for _ in range(PORTION + 1)]
    asked = ask(world)
    work(world)
    world.clock.set(world.clock.now() + PAUSE)
    work(world)
    first, second = (codes(world, shown(world, asked), number) for number in (1, 2))

    assert (PORTION, 1) == (len(first), len(second))
    assert names(journeys, travellers) == {*first, *second}


def test_another_errand_does_not_go_faster(journeys: Journeys) -> None:
    """The pace is the account's, whatever it asks for."""
    world = journeys.world
    journeys.newcomer()
    ask(world)
    work(world)
    second = ask(world)
    work(world)

    assert 0 == shown(world, second).done


def test_whoever_has_had_a_password_is_left_out(journeys: Journeys) -> None:
    """Nobody's password is reset in bulk: neither of who uses the account, nor of who has just activated it."""
    world, used, late = journeys.world, journeys.newcomer(), journeys.newcomer()
    activate(world, used)
    asked = ask(world)
    activate(world, late)
    work(world)
    done = shown(world, asked)

    assert (1, 1, 1) == (asked.total, done.done, done.refused)
    assert () == done.parts
    for one in (used, late):
        assert world.application.accounts.log_in(one.id_number, GOOD_PASSWORD).token


def activate(world: World, traveller: Traveller) -> None:
    """Set the first password, with a code of the hospital's."""
    filters: Mapping[str, str] = {"physician_id": traveller.physician_id}
    (row,) = world.application.lists.page(world.hospital, "accounts", filters).rows
    issued = world.application.accounts.issue_code(world.hospital, str(row["id"]))
    opened = world.application.accounts.log_in(traveller.id_number, issued.code)
    world.application.accounts.activate(opened.token, GOOD_PASSWORD)


def test_a_reset_password_is_no_unused_account(journeys: Journeys) -> None:
    """Whoever has set a password and had it reset meanwhile, with a reason, keeps the code of the reset."""
    world, traveller = journeys.world, journeys.newcomer()
    asked = ask(world)
    activate(world, traveller)
    (row,) = world.application.lists.page(
        world.hospital, "accounts", {"physician_id": traveller.physician_id}
    ).rows
    issued = world.application.accounts.issue_code(world.hospital, str(row["id"]), reason="本人忘记密码")
    work(world)
    done = shown(world, asked)

    assert (1, 1, ()) == (done.done, done.refused, done.parts)
    assert world.application.accounts.log_in(traveller.id_number, issued.code, wanted="code").token


def test_a_department_may_be_chosen(journeys: Journeys) -> None:
    """By the filters of the list of physicians."""
    world = journeys.world
    made = CreateDepartment(str(world.hospital.organisation_id), "皮肤科")
    department = world.send(world.hospital, "department", None, "create", made).id
    inside = journeys.newcomer(department_id=department)
    journeys.newcomer()
    asked = ask(world, department_id=department)
    work(world)

    assert names(journeys, [inside]) == set(codes(world, shown(world, asked)))


@pytest.mark.parametrize("part", ["agency", "physician", "auditor", "elsewhere"])
def test_nobody_opens_anothers_accounts(journeys: Journeys, part: str) -> None:
    """Whoever issues no codes is told so; another institution, and the agency, finds nobody."""
    world, traveller = journeys.world, journeys.newcomer()
    callers: dict[str, Any] = {
        "agency": world.agency,
        "physician": traveller.principal,
        "auditor": attrs.evolve(world.hospital, account_id="auditor", kind=AccountKind.AUDITOR),
        "elsewhere": journeys.elsewhere,
    }
    caller: Principal = callers[part]
    error = InputInvalid if part in ("agency", "elsewhere") else NotPermitted
    with pytest.raises(error):
        world.application.errands.ask_for_activations(caller, {})


def test_the_administration_above_may_do_it(journeys: Journeys) -> None:
    """As it may for each of them alone."""
    world = journeys.world
    journeys.newcomer()
    asked = world.application.errands.ask_for_activations(world.county, {})
    work(world)

    assert 1 == len(world.application.errands.show(world.county, asked.id).parts)


def test_a_cancelled_one_keeps_its_sheets_for_a_day(journeys: Journeys) -> None:
    """What was issued was issued; the rest is not, and what nobody fetches goes."""
    world = journeys.world
    for _ in range(PORTION + 1):
        journeys.newcomer()
    asked = ask(world)
    work(world)
    cancelled = world.application.errands.cancel(world.hospital, asked.id)
    world.clock.set(world.clock.now() + 2 * PAUSE)
    work(world)
    sheet = codes(world, shown(world, asked))

    assert (ErrandStanding.CANCELLED, PORTION) == (cancelled.standing, cancelled.done)
    assert PORTION == len(sheet)
    assert PORTION == shown(world, asked).done


def test_how_many_at_a_time() -> None:
    """A code is good for seven days: all sheets of one errand are made in less."""
    assert MOST_ACCOUNTS / PORTION * PAUSE < timedelta(days=7)


def test_the_history_names_who_has_issued(journeys: Journeys) -> None:
    """Each code is a step of its account, by the account that has asked."""
    world, traveller = journeys.world, journeys.newcomer()
    ask(world)
    work(world)
    filters: Mapping[str, str] = {"physician_id": traveller.physician_id}
    (row,) = world.application.lists.page(world.hospital, "accounts", filters).rows
    last = world.application.cases.history(SYSTEM, "account", str(row["id"]))[-1]

    assert ("issue_code", world.hospital.account_id) == (last.event, last.account_id)


def test_a_code_is_kept_nowhere(tmp_path: Path) -> None:
    """Neither before nor after its sheet is fetched does it stand in the database or among the files, packed or not."""
    url = f"sqlite:///{tmp_path / 'kaohe.sqlite3'}"
    with World.open(url) as world:
        journeys = Journeys.of(world)
        journeys.newcomer()
        asked = ask(world)
        work(world)
        before = everything(tmp_path)
        content = world.application.errands.take(world.hospital, asked.id, 1)
        after = everything(tmp_path)
    (code,) = codes_of(content).values()
    (tmp_path / "left.zip").write_bytes(content)

    for spelt in (code, code.replace("-", "")):
        assert spelt.encode() not in before
        assert spelt.encode() not in after
    assert code.encode() in everything(tmp_path), "a sheet that somebody had left there would be found"


def everything(folder: Path) -> bytes:
    """What lies in a folder, of the database and beside it."""
    return b"".join(unpacked(path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file())


def unpacked(content: bytes) -> bytes:
    """A content, and after it that of its members, if it is an archive or a workbook."""
    if not is_zipfile(BytesIO(content)):
        return content
    with ZipFile(BytesIO(content)) as files:
        return content + b"".join(unpacked(files.read(name)) for name in files.namelist())
