"""Sheets over HTTP: looked at, imported, and never telling who is in the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import attrs
import pytest

from kaohe_service.app import create_app
from kaohe_service.media import MAXIMUM_FILE, XLSX
from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.intake.cells import Sheet
from kaohe_workflow.errors import TooManyTries
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.institution.case import Grade
from kaohe_workflow.lifecycles.institution.events import SaveProfile
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.workbooks import roster_cells, roster_workbook
from kaohe_workflow.values.terms import AccountKind
from tests.service.sheets import ROSTER, SCORES, csv_of, send_sheet

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

pytestmark = pytest.mark.manual("S-48", "S-I6")


def _roster(*indexes: int, more: tuple[list[str], ...] = ()) -> bytes:
    rows = [[person(n).name, person(n).id_number, person(n).department] for n in indexes]
    return csv_of(["姓名", "证件号码", "科室"], *rows, *more)


def _names(caller: Caller) -> int:
    return len(caller.get("/api/v1/physicians", query="limit=200").json["items"])


PROFILE = SaveProfile(name="第二人民医院", address="民族大道2号", grade=Grade.THIRD_A, contact="李科长")
BAD = ["错号", "450102195701010013", ""]


def test_a_preview_tells_what_would_happen_and_changes_nothing(hospital: Caller) -> None:
    """Good rows by number, bad rows with column, code and what to do; not what stands in the cells."""
    answer = send_sheet(hospital, ROSTER, "mode=preview", _roster(0, 1, more=(BAD,)))

    assert (200, [2, 3], [4]) == (
        answer.status_code,
        answer.json["good"],
        [row["row"] for row in answer.json["bad"]],
    )
    assert "id-check-digit" == answer.json["bad"][0]["problems"][0]["code"]
    assert "证件号码" == answer.json["bad"][0]["problems"][0]["column"]
    assert BAD[1] not in answer.text
    assert 0 == _names(hospital)


def test_the_good_rows_go_in(hospital: Caller) -> None:
    """Mode valid: what is right is imported, what is wrong is reported."""
    answer = send_sheet(hospital, ROSTER, "mode=valid", _roster(0, 1, more=(BAD,)))

    assert ([2, 3], [4]) == (answer.json["good"], [row["row"] for row in answer.json["bad"]])
    assert 2 == _names(hospital)


def test_whole_is_all_or_nothing(hospital: Caller) -> None:
    """Mode whole: one bad row and nobody goes in; without it everybody does."""
    held = send_sheet(hospital, ROSTER, "mode=whole", _roster(0, 1, more=(BAD,)))
    before = _names(hospital)
    done = send_sheet(hospital, ROSTER, "mode=whole", _roster(0, 1))

    assert ([], 0) == (held.json["good"], before)
    assert ([2, 3], 2) == (done.json["good"], _names(hospital))


def test_departments_are_made_only_when_asked_for(site: Site, hospital: Caller) -> None:
    """Otherwise the cell stays blank and the physician chooses."""
    send_sheet(hospital, ROSTER, "mode=valid", _roster(0))
    without = hospital.get("/api/v1/departments").json["items"]
    send_sheet(hospital, ROSTER, "mode=valid&create_departments=true", _roster(1))
    with_them = hospital.get("/api/v1/departments").json["items"]

    assert ([], [person(1).department]) == (without, [item["name"] for item in with_them])


def test_hidden_rows_go_in_and_are_told(hospital: Caller) -> None:
    """By the preview, by the import, and on a second sheet of the workbook that comes back."""
    cells = [roster_cells(person(index)) | {"department": None} for index in (0, 1)]
    content = roster_workbook(cells, hidden_rows=(4,))
    preview = send_sheet(hospital, ROSTER, "mode=preview", content, XLSX)
    annotated = send_sheet(hospital, ROSTER, "mode=preview&annotated=true", content, XLSX)
    done = send_sheet(hospital, ROSTER, "mode=valid", content, XLSX)
    told = "第4行在文件中是隐藏的，也已读取"

    assert [told] == [note["message"] for note in preview.json["warnings"]]
    assert ([3, 4], preview.json["warnings"]) == (done.json["good"], done.json["warnings"])
    assert told == read_sheets(annotated.content)[1].rows[1][2]


def test_the_annotated_workbook_comes_back_as_a_file(hospital: Caller) -> None:
    """The same table with 错误说明, as xlsx, to be saved."""
    answer = send_sheet(hospital, ROSTER, "mode=preview&annotated=true", _roster(0, more=(BAD,)))
    again = send_sheet(hospital, ROSTER, "mode=preview", answer.content, XLSX)

    assert (200, XLSX) == (answer.status_code, answer.headers["content-type"])
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"PK")
    assert ([2], [3]) == (again.json["good"], [row["row"] for row in again.json["bad"]])


@pytest.mark.parametrize(("mode", "number"), [("valid", 1), ("whole", 0)])
def test_an_import_gives_the_workbook_back(hospital: Caller, mode: str, number: int) -> None:
    """The good rows are in (`whole`: none), and the bad ones are explained; a repeat gives the same file."""
    query, content = f"mode={mode}&annotated=true", _roster(0, more=(BAD,))
    first, again = (
        send_sheet(hospital, ROSTER, query, content, **{"Idempotency-Key": "k"}) for _ in range(2)
    )
    headings, good, bad = read_sheets(first.content)[0].rows

    assert (200, XLSX, number) == (first.status_code, first.headers["content-type"], _names(hospital))
    assert ("错误说明", 3) == (headings[-1], len(good))
    assert "校验位" in str(bad[-1])
    assert mode == "whole" or first.content == again.content


def test_the_workbook_explains_what_only_the_import_found(site: Site, hospital: Caller) -> None:
    """A number that is taken elsewhere is good in a preview; the workbook of the import says what to do."""
    send_sheet(hospital, ROSTER, "mode=valid", _roster(0))
    other = site.as_organisation(site.other)
    site.world.send(site.other, "institution", site.other.organisation_id, "save_profile", PROFILE)
    answer = send_sheet(other, ROSTER, "mode=valid&annotated=true", _roster(0, 1))
    _, taken, good = read_sheets(answer.content)[0].rows

    assert ("调入医师" in str(taken[-1]), 3, 1) == (True, len(good), _names(other))


def test_the_workbook_explains_what_a_rule_refused(site: Site, province: Caller) -> None:
    """In the words of the rule."""
    site.world.send(site.world.county, "institution", site.other.organisation_id, "close", reason="撤销")
    query = f"institution_id={site.other.organisation_id}"
    plain = send_sheet(province, ROSTER, f"mode=valid&{query}", _roster(0)).json
    answer = send_sheet(province, ROSTER, f"mode=valid&annotated=true&{query}", _roster(0))
    _, refused = read_sheets(answer.content)[0].rows

    assert plain["refused"][0]["problem"]["detail"] == refused[-1]


def test_too_many_workbooks_at_once_are_sent_away(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 with the seconds to wait, and nothing imported."""

    def full(content: bytes) -> tuple[Sheet, ...]:
        raise TooManyTries(site.application.clock.now() + timedelta(seconds=5))

    app = create_app(
        attrs.evolve(site.application, intake=attrs.evolve(site.application.intake, read_sheets=full))
    )
    caller = attrs.evolve(site.as_organisation(site.world.hospital), app=app)
    answer = send_sheet(caller, ROSTER, "mode=valid", b"PK")

    assert (429, "5") == (answer.status_code, answer.headers["retry-after"])


def test_the_template_is_an_empty_list(hospital: Caller) -> None:
    """A clerk fills in the file that the service gives; as it comes, it holds nobody and imports nobody."""
    answer = hospital.get(f"{ROSTER}/template")
    back = send_sheet(hospital, ROSTER, "mode=valid", answer.content, XLSX)

    assert (200, XLSX) == (answer.status_code, answer.headers["content-type"])
    assert "attachment" in answer.headers["content-disposition"]
    assert (200, [], []) == (back.status_code, back.json["good"], back.json["bad"])


def test_the_same_file_sent_again_adds_nobody(hospital: Caller) -> None:
    """Everybody is a duplicate now; with an idempotency key the first answer comes again."""
    keyed = {"Idempotency-Key": "roster-1"}
    first = send_sheet(hospital, ROSTER, "mode=valid", _roster(0, 1), **keyed)
    again = send_sheet(hospital, ROSTER, "mode=valid", _roster(0, 1))

    assert [2, 3] == first.json["good"]
    assert ([], {"duplicate"}) == (
        again.json["good"],
        {problem["code"] for row in again.json["bad"] for problem in row["problems"]},
    )
    assert 2 == _names(hospital)


def test_a_physician_finds_nobody_out_by_a_preview(site: Site, hospital: Caller) -> None:
    """Whether a number is in the store is told only to those who could bring somebody to the institution."""
    send_sheet(hospital, ROSTER, "mode=valid", _roster(0, 1))
    physician = site.as_physician(hospital.get("/api/v1/physicians").json["items"][0]["id"])
    other = site.as_organisation(site.other)
    institution = f"institution_id={site.world.hospital.organisation_id}"
    answers = [
        send_sheet(physician, ROSTER, "mode=preview", _roster(1)),
        send_sheet(other, ROSTER, f"mode=preview&{institution}", _roster(1)),
        send_sheet(other, ROSTER, f"mode=valid&{institution}", _roster(2)),
        send_sheet(other, ROSTER, f"mode=preview&annotated=true&{institution}", _roster(1)),
        send_sheet(
            site.as_organisation(site.world.agency), ROSTER, f"mode=preview&{institution}", _roster(1)
        ),
    ]

    assert [403, 404, 404, 404, 403] == [answer.status_code for answer in answers]


def test_a_rule_refuses_row_by_row(site: Site, province: Caller) -> None:
    """Nobody is added to a closed institution: each row says so, and nothing is imported."""
    site.world.send(site.world.county, "institution", site.other.organisation_id, "close", reason="撤销")
    answer = send_sheet(
        province, ROSTER, f"mode=valid&institution_id={site.other.organisation_id}", _roster(0)
    )

    assert (200, []) == (answer.status_code, answer.json["good"])
    assert [(2, 409)] == [(row["row"], row["problem"]["status"]) for row in answer.json["refused"]]


@pytest.mark.parametrize("mode", ["preview", "valid", "whole"])
@pytest.mark.parametrize("path", [ROSTER, SCORES])
def test_no_sheet_is_read_for_who_may_not_send_one(
    site: Site, add_physicians: Callable[[int], list[str]], path: str, mode: str
) -> None:
    """A physician and an auditor: 403 before the sheet is opened, whatever it is."""
    (id,) = add_physicians(1)
    payload = CreateAccount(
        institution_id=str(site.world.county.organisation_id), kind=AccountKind.AUDITOR, login="auditor"
    )
    account = site.world.send(SYSTEM, "account", None, "create", payload).id
    query = f"mode={mode}"
    if path == ROSTER:
        query += f"&institution_id={site.world.hospital.organisation_id}"

    for caller in (site.as_physician(id), site.session_of(account, "auditor")):
        answer = send_sheet(caller, path, query, b"PK\x03\x04 no workbook")

        assert (403, "not-permitted") == (answer.status_code, answer.json["code"])


@pytest.mark.parametrize(
    ("query", "content", "content_type", "status"),
    [
        ("", b"x", "text/csv", 422),
        ("mode=all", b"x", "text/csv", 422),
        ("mode=preview&institution_id=A", b"x", "text/csv", 422),
        ("mode=preview", b"", "text/csv", 400),
        ("mode=preview", b"no,headings\n1,2\n", "text/csv", 422),
        ("mode=preview", b"PK\x03\x04 no workbook", XLSX, 422),
        ("mode=preview", b"\xd0\xcf\x11\xe0 old workbook", "application/octet-stream", 422),
        ("mode=preview", b"{}", "application/json", 415),
        ("mode=preview", b"x" * (MAXIMUM_FILE + 1), "text/csv", 413),
    ],
)
def test_what_is_no_sheet_is_refused(
    hospital: Caller, query: str, content: bytes, content_type: str, status: int
) -> None:
    """A wrong parameter, type, size or file: each its status, and a problem that says what."""
    answer = send_sheet(hospital, ROSTER, query, content, content_type)

    assert (status, "application/problem+json") == (answer.status_code, answer.headers["content-type"])


def test_a_form_as_a_browser_sends_it(hospital: Caller) -> None:
    """multipart/form-data with the one part `file`."""
    body = BytesIO()
    body.write(b'--b\r\nContent-Disposition: form-data; name="file"; filename="roster.csv"\r\n')
    body.write(b"Content-Type: text/csv\r\n\r\n" + _roster(0) + b"\r\n--b--\r\n")
    answer = send_sheet(hospital, ROSTER, "mode=preview", body.getvalue(), "multipart/form-data; boundary=b")

    assert (200, [2]) == (answer.status_code, answer.json["good"])


@pytest.mark.parametrize("mode", ["preview", "valid", "whole"])
def test_an_administration_has_no_physicians_of_its_own(site: Site, mode: str) -> None:
    """It adds nobody to itself (新增医师): a preview promises nothing that the import then refuses row by row."""
    county = site.world.county
    query = f"mode={mode}&institution_id={county.organisation_id}"
    answer = send_sheet(site.as_organisation(county), ROSTER, query, _roster(0))

    assert (403, "not-permitted") == (answer.status_code, answer.json["code"])


@pytest.mark.parametrize("mode", ["preview", "valid", "whole"])
def test_an_administration_names_an_institution(site: Site, mode: str) -> None:
    """Whose list it is is not said: which parameter says it is told, before the file is read."""
    for caller in (site.world.province, site.world.county):
        answer = send_sheet(site.as_organisation(caller), ROSTER, f"mode={mode}", b"PK\x03\x04 no workbook")

        assert 422 == answer.status_code
        assert [
            {
                "in": "query",
                "pointer": "/institution_id",
                "code": "parameter-missing",
                "message": "请用 institution_id 指明医疗卫生机构",
            }
        ] == answer.json["errors"]


@pytest.mark.parametrize("mode", ["preview", "valid", "whole"])
def test_an_auditor_brings_nobody_anywhere(site: Site, mode: str) -> None:
    """Of an administration too: no institution that is named would help."""
    payload = CreateAccount(
        institution_id=str(site.world.county.organisation_id), kind=AccountKind.AUDITOR, login="auditor"
    )
    account = site.world.send(SYSTEM, "account", None, "create", payload).id
    answer = send_sheet(site.session_of(account, "auditor"), ROSTER, f"mode={mode}", _roster(0))

    assert (403, "not-permitted") == (answer.status_code, answer.json["code"])


@pytest.mark.parametrize("mode", ["preview", "valid", "whole"])
def test_an_administration_imports_for_an_institution_below(site: Site, mode: str) -> None:
    """What the preview calls good goes in."""
    query = f"mode={mode}&institution_id={site.world.hospital.organisation_id}"
    answer = send_sheet(site.as_organisation(site.world.county), ROSTER, query, _roster(0))

    assert (200, [2], []) == (answer.status_code, answer.json["good"], answer.json["refused"])
