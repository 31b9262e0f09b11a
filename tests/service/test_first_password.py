"""One first password for all over HTTP, and what a start asks for before."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pytest

from kaohe_service.app import create_app
from kaohe_service.settings import Settings
from kaohe_service.wiring import check_first_password
from kaohe_workflow.adapters.converters import instant_text
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.accounts.accepted_risk import record_acceptance
from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.testing.provinces import with_parameters
from kaohe_workflow.values.windows import local_date

if TYPE_CHECKING:
    from kaohe_workflow.application.application import Application
    from tests.service.conftest import Site

PASSWORD = "Blue-Hill-47"
FENCED = {
    "KAOHE_INITIAL_PASSWORD_NETWORKS": "127.0.0.0/8, 10.0.0.0/8",
    "KAOHE_INITIAL_PASSWORD_RISK": "李局长",
}


@pytest.fixture
def allowing(site: Site) -> Application:
    """The application in a province with one first password, opened from this machine."""
    application = site.application
    catalogue = with_parameters(load_catalogue(), {"initial_password_policy": "fixed"})
    tools = attrs.evolve(application.door.tools, catalogue=catalogue)
    door = attrs.evolve(application.door, tools=tools)
    accounts = attrs.evolve(
        application.accounts, door=door, first_password_networks=(ip_network("127.0.0.0/8"),)
    )
    return attrs.evolve(application, catalogue=catalogue, door=door, accounts=accounts)


@pytest.mark.manual("S-7", "S-11")
def test_an_institution_logs_in_as_the_manual_says(site: Site, allowing: Application) -> None:
    """Account and 666666 at the log-in page, then nothing but 初始化设置, then everything."""
    account_id, login = site.account_of(site.world.hospital)
    county = site.as_organisation(site.world.county)
    site.app = create_app(allowing)
    county = site.with_token(str(county.token))
    path = f"/api/v1/accounts/{account_id}"
    opened = county.send(f"{path}/events", "open_first_password", version=1)
    first = site.nobody().ask("POST", "/api/v1/sessions", {"account": login, "password": "666666"})
    caller = site.with_token(first.json["token"])
    refused = caller.get("/api/v1/home")
    same = caller.ask("PUT", "/api/v1/password", {"password": "Ab-666666"})
    done = caller.ask("PUT", "/api/v1/password", {"password": PASSWORD})
    shown = county.get(path).json

    assert (200, 201, True) == (opened.status_code, first.status_code, first.json["init_only"])
    assert (403, "password-first") == (refused.status_code, refused.json["code"])
    assert (422, 201) == (same.status_code, done.status_code)
    assert "127.0.0.0/24" == shown["data"]["first_used_from"]


@pytest.mark.manual("S-7")
def test_first_log_ins_are_listed_with_their_network(site: Site, allowing: Application) -> None:
    """Whoever opens accounts with one first password looks over what came of it, and asks by the network."""
    account_id, login = site.account_of(site.world.hospital)
    token = site.as_organisation(site.world.county).token
    site.app = create_app(allowing)
    county = site.with_token(str(token))
    county.send(f"/api/v1/accounts/{account_id}/events", "open_first_password", version=1)
    body = {"account": login, "password": "666666"}
    came_in = site.nobody().ask("POST", "/api/v1/sessions", body).status_code

    def listed(asked: str = "") -> dict[str, tuple[str | None, str]]:
        rows = county.get(f"/api/v1/accounts{asked}").json["items"]
        return {row["id"]: (row["first_used_at"], row["first_used_from"]) for row in rows}

    everybody = listed()

    assert 201 == came_in
    assert instant_text(allowing.clock.now()) == everybody[account_id][0]
    assert {account_id: "127.0.0.0/24"} == {id: said for id, (_, said) in everybody.items() if said}
    assert {account_id} == set(listed("?first_used_from=127.0.0.0/24"))
    assert {} == listed("?first_used_from=203.0.113.0/24")


def test_a_start_without_a_fence_is_refused(allowing: Application) -> None:
    """The networks, and who has accepted the risk: both, or nothing is served."""
    for left_out in FENCED:
        settings = Settings.of_environment({name: text for name, text in FENCED.items() if name != left_out})
        with pytest.raises(DefinitionError) as error:
            check_first_password(allowing, settings)

        assert ["first-password-unfenced"] == [problem.code for problem in error.value.problems]


def test_every_start_warns(allowing: Application, caplog: pytest.LogCaptureFixture) -> None:
    """With the words in which the risk was accepted."""
    with caplog.at_level(logging.WARNING, "kaohe"):
        check_first_password(allowing, Settings.of_environment(FENCED))

    assert ["统一的初始密码" in record.message and "李局长" in record.message for record in caplog.records]


def acceptances(application: Application) -> list[str | None]:
    """The texts in the history of the province's administration, as its own account reads them."""
    (root,) = application.lists.page(SYSTEM, "institutions", {"kind": "province"}).rows
    history = application.cases.history(SYSTEM, "institution", str(root["id"]))
    return [entry.reason for entry in history if entry.event == "accept_first_password"]


def test_who_accepts_the_risk_is_written_down_once_for_each_text(allowing: Application) -> None:
    """However often the service starts; another text is another step, and so is coming back to the first."""
    told = []
    for text in ("李局长", "李局长", " 李局长 ", "王局长", "王局长", "李局长"):
        check_first_password(
            allowing, Settings.of_environment(FENCED | {"KAOHE_INITIAL_PASSWORD_RISK": text})
        )
        told.append(acceptances(allowing))

    assert [1, 1, 1, 2, 2, 3] == [len(texts) for texts in told]
    assert ["李局长", "王局长", "李局长"] == told[-1]
    assert () == allowing.verification.run().findings


def test_what_is_not_allowed_is_no_risk_that_anybody_takes(site: Site) -> None:
    """Where every account has a code of its own, the settings alone write nothing; nor does half a fence."""
    check_first_password(site.application, Settings.of_environment(FENCED))

    assert [] == acceptances(site.application)


def test_several_processes_start_at_once(allowing: Application) -> None:
    """Whoever is second finds it written."""
    fence = Settings.of_environment(FENCED).first_password
    today = local_date(allowing.clock.now())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: record_acceptance(allowing.door, fence, today), range(4)))

    assert 1 == len(acceptances(allowing))


def test_other_provinces_start_in_silence(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Where every account has a code of its own, nothing is asked for."""
    check_first_password(site.application, Settings.of_environment({}))

    assert [] == caplog.records


def test_a_network_is_one(tmp_path: Path) -> None:
    """A slip of the pen is no network."""
    with pytest.raises(DefinitionError) as error:
        Settings.of_environment({"KAOHE_INITIAL_PASSWORD_NETWORKS": "10.0.0.0/33"})

    assert ["KAOHE_INITIAL_PASSWORD_NETWORKS"] == [problem.path for problem in error.value.problems]
