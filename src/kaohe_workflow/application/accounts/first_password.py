"""
One first password for all new accounts (手册 2.2.1), behind a fence.

It is off unless a province's parameters say otherwise, and even then it opens nothing from a network that the
deployment has not named. It is never stored: it is compared with while an account is open for it, and nowhere else.
"""

from __future__ import annotations

from datetime import date
from hmac import compare_digest
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

import attrs

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.accounts.desk import Desk
from kaohe_workflow.application.accounts.proving import SecretKind, opening
from kaohe_workflow.application.accounts.sessions import principal_of, same_secrets
from kaohe_workflow.application.accounts.throttle import network_of
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.origin import Origin
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import ConcurrentTransition, LogInRefused, NotFound, Problem, TransitionRefused
from kaohe_workflow.lifecycles.account.events import UseFirstPassword
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.parameter_kinds import InitialPasswordPolicy

FIRST_PASSWORD = "666666"
"""初始密码（手册 2.2.1）; no password of one's own may contain it."""


def opens(desk: Desk, account: Case | None, wanted: SecretKind | None, address: str | None) -> bool:
    """Say whether this try is one that the first password may be compared with."""
    if account is None or account.state != "not_activated" or wanted == "code":
        return False
    now = desk.clock.now()
    moment = desk.door.tools.catalogue.moment(now)
    until = account.record.first_password_until
    return (
        moment.parameters.initial_password_policy is InitialPasswordPolicy.FIXED
        and until is not None
        and now < until
        and _within(address, desk.first_password_networks)
    )


def use(
    desk: Desk, account: Case, secret: str, address: str | None, token: str, origin: Origin | None = None
) -> Case:
    """
    Use up the first password of an account that it opens, for the session of a token: the account as it is afterwards.

    Raises:
        LogInRefused: it was another text, which counts; or the account has changed meanwhile.
    """
    if not compare_digest(secret.encode(), FIRST_PASSWORD.encode()):
        _count_miss(desk, account, attrs.evolve(SYSTEM, origin=origin))
        raise LogInRefused
    payload = UseFirstPassword.of(first_password_right=True, network=network_of(address))
    with desk.store.begin(write=False) as unit:
        principal = opening(principal_of(unit, account, init_only=True), token, origin)
    try:
        desk.door.send(
            principal, "account", account.id, "use_first_password", payload, expected_version=account.version
        )
    except (ConcurrentTransition, TransitionRefused, NotFound) as ex:
        raise LogInRefused from ex
    with desk.store.begin(write=False) as unit:
        return unit.read("account", [account.id])[account.id]


def _count_miss(desk: Desk, account: Case, system: Principal) -> None:
    """Count a wrong try; others at the same time count as well, as long as the account is open at all."""
    present: Case | None = account
    while present is not None and same_secrets(account, present):
        try:
            desk.door.send(
                system,
                "account",
                account.id,
                "miss_first_password",
                NoPayload(),
                expected_version=present.version,
            )
        except ConcurrentTransition:
            with desk.store.begin(write=False) as unit:
                present = unit.read("account", [account.id]).get(account.id)
        except TransitionRefused:
            return
        else:
            return


def _within(address: str | None, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return any(parsed in network for network in networks)


@attrs.frozen
class Fence:
    """
    What a deployment says before one first password for all opens anything.

    ``networks`` are those that it opens from (政务外网、院内网), ``accepted_risk`` says who has accepted the risk.
    """

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    accepted_risk: str = ""

    @property
    def whole(self) -> bool:
        """Whether both are said."""
        return bool(self.networks and self.accepted_risk.strip())


NO_FENCE = Fence()
"""One first password for all opens nothing."""


def allowed_from(catalogue: Catalogue, today: date) -> date | None:
    """
    The day from which the province has one first password for all, and goes on to have it today or will have it later;
    None where it has none.
    """
    since: date | None = None
    for day, sheet in catalogue.timeline.versions():
        if sheet.initial_password_policy is InitialPasswordPolicy.FIXED:
            since = since or day
        elif day <= today:
            since = None
    return since


def unfenced(catalogue: Catalogue, fence: Fence, today: date) -> tuple[Problem, ...]:
    """What is missing before a service may start for a province that has one first password for all."""
    if fence.whole or allowed_from(catalogue, today) is None:
        return ()
    message = (
        "本省参数允许统一的初始密码（initial_password_policy: fixed）：须设置允许使用它的网段"
        "KAOHE_INITIAL_PASSWORD_NETWORKS，并在KAOHE_INITIAL_PASSWORD_RISK写明由谁接受该风险"
    )
    return (Problem("initial_password_policy", "first-password-unfenced", message),)


def warning(catalogue: Catalogue, today: date) -> str | None:
    """What is said at every start and by every verification while one first password for all is allowed."""
    since = allowed_from(catalogue, today)
    if since is None:
        return None
    return (
        f"警告：自{since.isoformat()}起，新账户可用统一的初始密码开通（initial_password_policy: fixed）。"
        "任何人都知道该密码，请尽早改回每个账户各自的激活码（code）"
    )
