"""`kaohe seed`: a province of synthetic people in an empty database."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from kaohe_workflow.application.application import Application
from kaohe_workflow.cli import installation, main
from kaohe_workflow.cli.seed.shape import PROVINCE

SMALL = ["seed", "--province", "--share", "0.0002"]
"""29 physicians at 7 institutions."""


def opened(home: Path) -> Application:
    """The application on the home's own database."""
    return installation.open_at(installation.database_of(home), home)


def test_a_province_has_so_many_physicians_and_institutions_of_real_sizes() -> None:
    """One institution of 4,000, hundreds of hundreds, and most of one physician; together exactly what is said."""
    sizes = PROVINCE.sizes()

    assert (34_888, 145_100, 4_000, 1) == (len(sizes), sum(sizes), sizes[0], sizes[-1])
    assert sizes == tuple(sorted(sizes, reverse=True))
    assert sum(size == 1 for size in sizes) > len(sizes) / 2


def test_files_are_on_their_way_through_registration_and_review(home: Path) -> None:
    """Every state until the papers holds somebody, and every number of the shape is there."""
    assert 0 == main(SMALL)

    with closing(opened(home).store) as store, store.begin(write=False) as unit:
        states = {case.state for case in unit.find("assessment", [])}
        counted = tuple(len(unit.find(name, [])) for name in ("affiliation", "assessment"))
        institutions = [
            case for case in unit.find("institution", []) if not case.record.kind.is_administration
        ]
    assert {
        "not_enrolled",
        "awaiting_registration",
        "awaiting_institution_review",
        "awaiting_agency_review",
        "awaiting_assessment",
    } == states
    assert (29, 29) == counted
    assert 7 == len(institutions)


def test_what_was_seeded_is_proven(home: Path) -> None:
    """Everything went through the one door: `kaohe verify` finds nothing."""
    main(SMALL)

    assert 0 == main(["verify"])


def test_the_accounts_that_are_told_open(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever looks logs in with a login and a code as they are printed, in every role."""
    main(SMALL)
    told = [line.split("\t") for line in capsys.readouterr().out.splitlines() if "\t" in line]

    application = opened(home)
    with closing(application.store):
        for _, login, code, _ in told:
            assert application.accounts.log_in(login, code).token
    assert ["省级卫生健康行政部门", "审计员"] == [role for role, *_ in told[:2]]
    assert "医师" == told[-1][0]


def test_a_database_in_use_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing synthetic gets among what is real."""
    assert 0 == main(["province", "--name", "省卫生健康委员会", "--login", "office"])

    assert 2 == main(SMALL)
    assert "数据库中已有机构" in capsys.readouterr().err


@pytest.mark.parametrize("share", ["0", "-1", "1.1", "many", "nan"])
def test_a_share_is_a_part_of_the_whole(home: Path, capsys: pytest.CaptureFixture[str], share: str) -> None:
    """More than nothing, at most all of it; the database is not even made for another."""
    assert 2 == main(["seed", "--province", "--share", share])

    assert "--share" in capsys.readouterr().err
    assert (
        not installation.database_of(home).endswith(".sqlite3") or not (home / installation.DATABASE).exists()
    )
