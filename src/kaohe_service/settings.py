"""What one process of the service is told by its environment."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from socket import gethostname
from typing import Self, TypeVar

import attrs

from kaohe_workflow.application.accounts.first_password import NO_FENCE, Fence
from kaohe_workflow.errors import DefinitionError, Problem
from kaohe_workflow.values.mail_server import SmtpServer

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")

_HOST = re.compile(
    r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\]", re.ASCII
)
_BASE = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._-]+)*", re.ASCII)
Network = IPv4Network | IPv6Network

_OURS = "KAOHE_"
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+", re.ASCII)
_WORKER = re.compile(r"[A-Za-z0-9._:-]{1,100}", re.ASCII)
_SOURCE = re.compile(r"[A-Za-z0-9._/-]{1,60}", re.ASCII)
_PROVINCE = re.compile(r"[a-z][a-z_]*", re.ASCII)
VARIABLES: Mapping[str, str] = {
    "KAOHE_HOME": "folder for the database, the keys and files (~/.kaohe)",
    "KAOHE_DATABASE": "SQLAlchemy URL (SQLite in KAOHE_HOME)",
    "KAOHE_KEYS": "the keys themselves, where no file may hold them (the file keys in KAOHE_HOME)",
    "KAOHE_PROVINCE": "whose parameters are in force: a shipped province, or a file …/NAME.yaml (the manual's)",
    "KAOHE_ALLOWED_HOSTS": "names this service answers to, by commas (localhost,127.0.0.1,[::1])",
    "KAOHE_TRUSTED_PROXY": "address of the one proxy whose forwarding headers count (none)",
    "KAOHE_VERIFICATION_BASE": "what certificates print before their number, for looking it up (an example)",
    "KAOHE_FONT_DIR": "folder of fonts for names that the shipped fonts do not cover (none)",
    "KAOHE_SMTP": "where mail is handed in, as smtps://user:password@host (none: no mail)",
    "KAOHE_MAIL_FROM": "address that mail comes from (needed with KAOHE_SMTP)",
    "KAOHE_WEBHOOK_NETWORKS": "networks that webhooks reach though they are not public, by commas (none)",
    "KAOHE_INITIAL_PASSWORD_NETWORKS": "networks where one first password opens new accounts, by commas (none)",
    "KAOHE_INITIAL_PASSWORD_RISK": "who has accepted the risk of one first password, in words (nobody)",
    "KAOHE_WORKER": "name of this process among those of one database, the same at every start (host name and port)",
    "KAOHE_ATTACHMENT_DIR": "folder of the files that people hand in, for this database alone (beside its file)",
    "KAOHE_FACE_COMMAND": "program that compares two pictures of faces, with its arguments (none: nothing compares)",
    "KAOHE_FACE_SOURCE": "name and version of that program, kept with each figure (needed with KAOHE_FACE_COMMAND)",
    "HOST": "address to listen on (127.0.0.1)",
    "PORT": "port to listen on, 0 for any free one (8000)",
}
"""Variable → what it means, and in brackets what holds without it."""

_Value = TypeVar("_Value")


@attrs.frozen(kw_only=True)
class Settings:
    """
    The settings of a process, checked.

    ``province`` is empty for the one that counts where none is named. ``keys`` is the text of ``KAOHE_KEYS``, None for
    the file in ``home``. ``trusted_proxy`` is an exact address; None trusts nobody's forwarding headers.
    """

    home: Path
    database: str = attrs.field(repr=False)
    keys: str | None = attrs.field(default=None, repr=False)
    province: str = ""
    allowed_hosts: frozenset[str] = frozenset(LOCAL_HOSTS)
    trusted_proxy: str | None = None
    verification_base: str | None = None
    font_folder: Path | None = None
    attachment_folder: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    worker: str = "local"
    smtp: SmtpServer | None = None
    mail_from: str = ""
    webhook_networks: tuple[Network, ...] = ()
    first_password: Fence = NO_FENCE
    face_command: tuple[str, ...] = ()
    face_source: str = ""

    @classmethod
    def of_environment(cls, environment: Mapping[str, str]) -> Self:
        """
        Read and check the settings.

        Raises:
            DefinitionError: all of ``setting-invalid`` (a value cannot be used) and ``setting-unknown`` (a
                variable that begins with ``KAOHE_`` and is none of ours: a slip of the pen must not mean the
                default). No value is shown.
        """
        problems = unknown_settings(environment)

        def read(name: str, default: str, reader: Callable[[str], _Value]) -> _Value:
            try:
                return reader(environment.get(name) or default)
            except ValueError as ex:
                problems.append(Problem(name, "setting-invalid", str(ex)))
                return reader(default)

        home = read("KAOHE_HOME", str(Path.home() / ".kaohe"), _folder)
        port = read("PORT", "8000", _port)
        settings = cls(
            home=home,
            database=environment.get("KAOHE_DATABASE") or f"sqlite:///{home / 'kaohe.sqlite3'}",
            keys=environment.get("KAOHE_KEYS") or None,
            province=read("KAOHE_PROVINCE", "", _province),
            allowed_hosts=read("KAOHE_ALLOWED_HOSTS", ",".join(LOCAL_HOSTS), _hosts),
            trusted_proxy=read("KAOHE_TRUSTED_PROXY", "", _address),
            verification_base=read("KAOHE_VERIFICATION_BASE", "", _base),
            font_folder=read("KAOHE_FONT_DIR", "", _optional_folder),
            attachment_folder=read("KAOHE_ATTACHMENT_DIR", "", _optional_folder),
            host=environment.get("HOST") or "127.0.0.1",
            port=port,
            smtp=read("KAOHE_SMTP", "", _smtp),
            mail_from=read("KAOHE_MAIL_FROM", "", _mail),
            webhook_networks=read("KAOHE_WEBHOOK_NETWORKS", "", _networks),
            first_password=Fence(
                read("KAOHE_INITIAL_PASSWORD_NETWORKS", "", _networks),
                environment.get("KAOHE_INITIAL_PASSWORD_RISK", ""),
            ),
            face_command=read("KAOHE_FACE_COMMAND", "", _command),
            face_source=read("KAOHE_FACE_SOURCE", "", _source),
            worker=read("KAOHE_WORKER", _own_name(port), _worker),
        )
        problems += _half_set(settings)
        if problems:
            raise DefinitionError(problems)
        return settings


def _half_set(settings: Settings) -> list[Problem]:
    """What is missing beside what is set."""
    needed = (
        (settings.smtp is not None, settings.mail_from, "KAOHE_MAIL_FROM", "KAOHE_SMTP"),
        (settings.face_command != (), settings.face_source, "KAOHE_FACE_SOURCE", "KAOHE_FACE_COMMAND"),
    )
    return [
        Problem(name, "setting-missing", f"设置{beside}时须填写")
        for used, value, name, beside in needed
        if used and not value
    ]


def unknown_settings(environment: Mapping[str, str]) -> list[Problem]:
    """
    The variables that begin with ``KAOHE_`` and are none of ours, in order: ``setting-unknown``; no value is shown.
    """
    ours = sorted(name for name in VARIABLES if name.startswith(_OURS))
    return [
        Problem(name, "setting-unknown", f"没有这个设置；可用的有{'、'.join(ours)}")
        for name in sorted(environment)
        if name.startswith(_OURS) and name not in VARIABLES
    ]


def _folder(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise ValueError("应为绝对路径")
    return path


def _optional_folder(text: str) -> Path | None:
    return _folder(text) if text else None


def _province(text: str) -> str:
    path = Path(text).expanduser()
    if text and not (_PROVINCE.fullmatch(text) or (path.suffix == ".yaml" and path.is_absolute())):
        raise ValueError(
            "应为随附参数文件的名称（省份的拼音），或参数文件的绝对路径，如/srv/kaohe/parameters.yaml"
        )
    return text


def _hosts(text: str) -> frozenset[str]:
    hosts = [host.strip().lower() for host in text.split(",") if host.strip()]
    if not hosts or not all(_HOST.fullmatch(host) for host in hosts):
        raise ValueError("应为以逗号分隔、不带端口的主机名")
    return frozenset(hosts)


def _address(text: str) -> str | None:
    try:
        return str(ip_address(text)) if text else None
    except ValueError as ex:
        raise ValueError("应为IP地址") from ex


def _base(text: str) -> str | None:
    if text and not _BASE.fullmatch(text):
        raise ValueError("应为https://主机/路径，末尾不带斜杠")
    return text or None


def _smtp(text: str) -> SmtpServer | None:
    return SmtpServer.parse(text) if text else None


def _mail(text: str) -> str:
    if text and not _MAIL.fullmatch(text):
        raise ValueError("应为电子邮件地址")
    return text


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())
    except ValueError as ex:
        raise ValueError("应为以逗号分隔的网段，如10.0.0.0/8") from ex


def _command(text: str) -> tuple[str, ...]:
    words = tuple(shlex.split(text))
    if words and not Path(words[0]).is_absolute():
        raise ValueError("程序应写明绝对路径")
    return words


def _source(text: str) -> str:
    if text and not _SOURCE.fullmatch(text):
        raise ValueError("应为至多60个字母、数字、点、斜杠、连字符或下划线，如facematch/1.2")
    return text


def _own_name(port: int) -> str:
    host = re.sub(r"[^A-Za-z0-9.-]", "-", gethostname())[:90] or "local"
    return f"{host}:{port}"


def _worker(text: str) -> str:
    if not _WORKER.fullmatch(text):
        raise ValueError("应为至多100个字母、数字、点、冒号、连字符或下划线")
    return text


def _port(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text, re.ASCII) or not 0 <= int(text) <= 65535:
        raise ValueError("应为0至65535的整数")
    return int(text)
