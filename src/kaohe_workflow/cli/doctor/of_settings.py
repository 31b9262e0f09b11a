"""
What the environment and the province say: where the service is reached, and what accounts are opened with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from ipaddress import ip_address

from kaohe_service.settings import LOCAL_HOSTS, Settings
from kaohe_workflow.application.accounts.first_password import Fence, unfenced, warning
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.cli.doctor.findings import Finding, failed, ok, unfit, warn
from kaohe_workflow.values.parameter_kinds import FactorHolder

LISTENING, PROXY, HOSTS = "监听地址", "反向代理", "访问主机名"
VERIFYING, FIRST_PASSWORD, SECOND_FACTOR = "证书核验网址", "初始密码方式", "动态口令"
AUTHORITY = "发证机关"

PRIVILEGED = (FactorHolder.ADMINISTRATION, FactorHolder.AGENCY, FactorHolder.AUDITOR)
"""Who decides about others, or reads everything: a password alone is not enough for their accounts."""


def of_settings(settings: Settings, *, strict: bool) -> Iterator[Finding]:
    """
    How the service is reached.

    Cookies are sent over https alone, which the service does not speak itself: a proxy does.
    """
    yield _listening(settings, strict=strict)
    if settings.trusted_proxy is None:
        text = "未设置 KAOHE_TRUSTED_PROXY：会话 Cookie 只经 https 发送，须由反向代理提供；来访者的网络也由它告知"
        yield unfit(PROXY, text, strict=strict)
    else:
        yield ok(PROXY, f"只采信 {settings.trusted_proxy} 转来的地址和协议")
    if settings.allowed_hosts <= set(LOCAL_HOSTS):
        text = "KAOHE_ALLOWED_HOSTS 只有本机的名称：用其他网址访问一律被拒绝"
        yield unfit(HOSTS, text, strict=strict)
    else:
        yield ok(HOSTS, "、".join(sorted(settings.allowed_hosts)))
    yield _verifying(settings.verification_base, strict=strict)


def _listening(settings: Settings, *, strict: bool) -> Finding:
    host = settings.host
    if _is_of_this_machine(host):
        return ok(LISTENING, f"{host}，只有本机可以直接访问")
    if settings.trusted_proxy is None:
        text = f"HOST 为 {host}，又没有反向代理：任何人都可以不加密地直接访问；请只监听 127.0.0.1"
        return unfit(LISTENING, text, strict=strict)
    return warn(LISTENING, f"HOST 为 {host}：请用防火墙只放行反向代理，否则可以绕过它不加密地访问")


def _is_of_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _verifying(base: str | None, *, strict: bool) -> Finding:
    if base is None:
        text = "未设置 KAOHE_VERIFICATION_BASE：证书上会印示例网址，首次打印后不再改变"
        return unfit(VERIFYING, text, strict=strict)
    if not base.startswith("https://"):
        return unfit(VERIFYING, f"{base} 不是 https 网址", strict=strict)
    return ok(VERIFYING, base)


def of_first_password(catalogue: Catalogue, fence: Fence, today: date, *, strict: bool) -> Iterator[Finding]:
    """One first password for all (手册 2.2.1), which everybody knows: never in production, never without its fence."""
    said = warning(catalogue, today)
    if said is None:
        yield ok(FIRST_PASSWORD, "每个账户用各自的激活码开通")
        return
    yield unfit(FIRST_PASSWORD, said.removeprefix("警告："), strict=strict)
    yield from failed("初始密码的限制", unfenced(catalogue, fence, today))


def of_second_factor(catalogue: Catalogue, today: date, *, strict: bool) -> Finding:
    """Who decides about others logs in with a second factor: left off to try things out, never in production."""
    wanted = catalogue.parameters(today).second_factor_for
    missing = "、".join(one.label for one in PRIVILEGED if one not in wanted)
    if not missing:
        return ok(SECOND_FACTOR, f"{'、'.join(one.label for one in wanted)}须用动态口令登录")
    text = f"{missing}只用密码登录：请在参数 second_factor_for 中写明"
    return unfit(SECOND_FACTOR, text, strict=strict)


def of_authority(said: str | None, names: Collection[str]) -> Iterator[Finding]:
    """
    Whose name certificates bear: what the parameter says, otherwise the province's own name.

    A name that no province's organisation has may be meant, or be left over from another province's file: only people
    know, and the first print fixes it for good. Nothing is said before there is a province (``names`` is empty).
    """
    if not names:
        return
    own = "、".join(sorted(names))
    if said is None or said in names:
        yield ok(AUTHORITY, said or own)
        return
    text = f"参数 certificate_issuing_authority 为{said}，省级机构的名称为{own}：请核对，首次打印后不再改变"
    yield warn(AUTHORITY, text)
