"""What the environment says is checked before anything is opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from waitress.adjustments import Adjustments

from kaohe_service.settings import LOCAL_HOSTS, Settings
from kaohe_service.wiring import WAITRESS, server_options
from kaohe_workflow.errors import DefinitionError

HOME = {"KAOHE_HOME": "/srv/kaohe"}


def test_an_empty_environment_serves_this_machine_only() -> None:
    """A database file in the home, our own names, one local address."""
    settings = Settings.of_environment({})

    assert Path.home() / ".kaohe" == settings.home
    assert f"sqlite:///{Path.home() / '.kaohe' / 'kaohe.sqlite3'}" == settings.database
    assert ("127.0.0.1", 8000, None, None) == (
        settings.host,
        settings.port,
        settings.keys,
        settings.trusted_proxy,
    )
    assert frozenset(LOCAL_HOSTS) == settings.allowed_hosts


def test_a_process_is_named_by_host_and_port() -> None:
    """Two processes of one machine have two names, and each the same at every start."""
    one, other = (Settings.of_environment({"PORT": port}).worker for port in ("8001", "8002"))

    assert one != other
    assert (one.rpartition(":")[2], other.rpartition(":")[2]) == ("8001", "8002")
    assert "worker-1" == Settings.of_environment({"KAOHE_WORKER": "worker-1"}).worker
    with pytest.raises(DefinitionError):
        Settings.of_environment({"KAOHE_WORKER": "工人"})


@pytest.mark.manual("S-6")
def test_everything_can_be_said() -> None:
    """Each variable, and blanks around the names of hosts."""
    settings = Settings.of_environment(
        HOME
        | {
            "KAOHE_DATABASE": "postgresql+psycopg://kaohe@/kaohe",
            "KAOHE_KEYS": "index:… seal-1:…",
            "KAOHE_PROVINCE": "guangxi",
            "KAOHE_ALLOWED_HOSTS": " Kaohe.example.cn , [::1]",
            "KAOHE_TRUSTED_PROXY": "10.0.0.1",
            "KAOHE_VERIFICATION_BASE": "https://kaohe.example.cn/v",
            "HOST": "0.0.0.0",
            "PORT": "0",
            "PATH": "/usr/bin",
        }
    )

    assert ("postgresql+psycopg://kaohe@/kaohe", "index:… seal-1:…") == (settings.database, settings.keys)
    assert frozenset({"kaohe.example.cn", "[::1]"}) == settings.allowed_hosts
    assert ("10.0.0.1", "https://kaohe.example.cn/v") == (settings.trusted_proxy, settings.verification_base)
    assert ("0.0.0.0", 0) == (settings.host, settings.port)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KAOHE_HOME", "relative/path"),
        ("KAOHE_PROVINCE", "../guangxi"),
        ("KAOHE_PROVINCE", "parameters/guangxi.yaml"),
        ("KAOHE_ALLOWED_HOSTS", "*"),
        ("KAOHE_ALLOWED_HOSTS", "kaohe.example.cn:443"),
        ("KAOHE_ALLOWED_HOSTS", "https://kaohe.example.cn"),
        ("KAOHE_ALLOWED_HOSTS", " , "),
        ("KAOHE_TRUSTED_PROXY", "proxy.example.cn"),
        ("KAOHE_TRUSTED_PROXY", "10.0.0.0/8"),
        ("KAOHE_VERIFICATION_BASE", "kaohe.example.cn/v"),
        ("KAOHE_VERIFICATION_BASE", "https://kaohe.example.cn/v/"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "８０"),
        ("PORT", "eighty"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_by_its_name(name: str, value: str) -> None:
    """Never the default in its place, and never the value in the message."""
    with pytest.raises(DefinitionError) as caught:
        Settings.of_environment(HOME | {name: value})

    assert [(name, "setting-invalid")] == [(problem.path, problem.code) for problem in caught.value.problems]
    assert value not in caught.value.problems[0].message


def test_the_highest_port_is_one() -> None:
    """65535 is still a port."""

    assert 65535 == Settings.of_environment({"PORT": "65535"}).port


def test_all_problems_are_told_at_once_with_slips_of_the_pen() -> None:
    """A variable of ours that does not exist is not passed over in silence."""
    with pytest.raises(DefinitionError) as caught:
        Settings.of_environment({"KAOHE_ALOWED_HOSTS": "x", "PORT": "x", "KAOHE_HOME": "x"})

    assert {"KAOHE_ALOWED_HOSTS", "PORT", "KAOHE_HOME"} == {problem.path for problem in caught.value.problems}


def test_secrets_are_not_in_what_is_printed() -> None:
    """Neither keys nor a database password."""
    settings = Settings.of_environment(
        {"KAOHE_KEYS": "index:secret-1", "KAOHE_DATABASE": "postgresql://a:secret-2@b/c"}
    )

    assert "secret" not in repr(settings)


def test_the_server_bounds_what_strangers_can_hold() -> None:
    """Slow clients, long headers and bodies, and what was not sent by our own proxy."""

    assert (1000, True, 30, 16_384, 0, "", False, True) == tuple(
        WAITRESS[name]
        for name in (
            "connection_limit",
            "asyncore_use_poll",
            "channel_timeout",
            "max_request_header_size",
            "channel_request_lookahead",
            "ident",
            "expose_tracebacks",
            "clear_untrusted_proxy_headers",
        )
    )


def test_forwarding_headers_count_only_from_the_named_proxy() -> None:
    """Without a proxy nobody's; with one its address and protocol, nothing else; waitress takes both."""
    alone = Settings.of_environment({})
    behind = Settings.of_environment({"KAOHE_TRUSTED_PROXY": "10.0.0.1"})
    options = [Adjustments(**server_options(settings)) for settings in (alone, behind)]

    assert [None, "10.0.0.1"] == [each.trusted_proxy for each in options]
    assert [set(), {"x-forwarded-for", "x-forwarded-proto"}] == [
        set(each.trusted_proxy_headers or ()) for each in options
    ]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"KAOHE_FACE_COMMAND": "/opt/compare"}, {("KAOHE_FACE_SOURCE", "setting-missing")}),
        (
            {"KAOHE_FACE_COMMAND": "compare", "KAOHE_FACE_SOURCE": "x"},
            {("KAOHE_FACE_COMMAND", "setting-invalid")},
        ),
        ({"KAOHE_FACE_SOURCE": "an unnamed one"}, {("KAOHE_FACE_SOURCE", "setting-invalid")}),
    ],
)
def test_what_compares_faces_is_named(given: dict[str, str], wrong: set[tuple[str, str]]) -> None:
    """A program by its whole path, and a name of one word that its figures are signed with."""
    with pytest.raises(DefinitionError) as refused:
        Settings.of_environment(given)

    assert wrong == {(problem.path, problem.code) for problem in refused.value.problems}


def test_a_program_compares_faces() -> None:
    """With its arguments."""
    found = Settings.of_environment(
        {"KAOHE_FACE_COMMAND": "/opt/compare --fast", "KAOHE_FACE_SOURCE": "compare/1.2"}
    )

    assert (("/opt/compare", "--fast"), "compare/1.2") == (found.face_command, found.face_source)
