"""
What lies on this machine: keys, the folders and files of the installation, the clock, the disk.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from kaohe_service.settings import Settings
from kaohe_workflow.adapters.crypto import ENVIRONMENT, FILE, Keys
from kaohe_workflow.cli.causes import cause_of
from kaohe_workflow.cli.doctor.findings import Finding, fail, failed, ok, warn
from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.values.windows import CHINA

KEYS, PERMISSIONS, CLOCK, DISK = "密钥", "文件权限", "时钟", "磁盘空间"

BEHIND = timedelta(seconds=2)
"""How far the clock may be behind the newest step: two processes, or two servers, never agree to the instant."""

APART = timedelta(seconds=5)
"""How far the clocks of this machine and of the database server may be apart."""

FULL_BYTES, SHORT_BYTES = 1 << 30, 5 << 30
"""Less than the first and a day's work may fill the disk; less than the second and somebody should know."""

_OTHERS = 0o007


def of_keys(settings: Settings) -> tuple[Keys | None, list[Finding]]:
    """The keys of the installation, and how it stands with them; none are made."""
    try:
        if settings.keys:
            return Keys.parse(settings.keys), [ok(KEYS, f"由 {ENVIRONMENT} 给出")]
        found = Keys.in_home(settings.home, makes=False)
    except DefinitionError as ex:
        return None, failed(KEYS, ex.problems)
    except (OSError, UnicodeError) as ex:
        cause = cause_of(ex) if isinstance(ex, OSError) else "内容不是文本"
        return None, [fail(KEYS, f"{settings.home / FILE} 无法读取：{cause}")]
    return found, [ok(KEYS, f"{settings.home / FILE}，只有本用户可读")]


def of_permissions(paths: Iterable[Path]) -> Iterator[Finding]:
    """Nobody else on the machine reads or writes what lies there; a line for each that is there."""
    for path in paths:
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            continue
        except OSError as ex:
            yield fail(PERMISSIONS, f"{path} 无法查看：{cause_of(ex)}")
            continue
        if os.name == "posix" and mode & _OTHERS:
            yield fail(PERMISSIONS, f"{path} 对其他用户开放：请执行 chmod o-rwx")
        else:
            yield ok(PERMISSIONS, f"{path} 不对其他用户开放")


def of_clock(now: datetime, newest: datetime | None, server: datetime | None) -> Iterator[Finding]:
    """
    The clock goes on from where the record stands, and with the database server's.

    A clock that was set back would open windows again that have closed.
    """
    here = f"{now.astimezone(CHINA):%Y-%m-%d %H:%M:%S}（北京时间）"
    if newest is not None and now < newest - BEHIND:
        last = f"{newest.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
        yield fail(CLOCK, f"{here}，早于库中最后一步操作的时间 {last}：请校准时钟")
    else:
        yield ok(CLOCK, here)
    if server is not None:
        apart = abs(server - now)
        told = f"与数据库服务器相差 {apart.total_seconds():.0f} 秒"
        yield ok(CLOCK, told) if apart <= APART else fail(CLOCK, f"{told}：请给两台机器校时")


def of_disk(
    folders: Iterable[Path], free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free
) -> Iterator[Finding]:
    """There is room where the installation writes; a line for each file system."""
    seen = set[int]()
    for folder in folders:
        there = next((one for one in (folder, *folder.parents) if one.is_dir()), None)
        if there is None or there.stat().st_dev in seen:
            continue
        seen.add(there.stat().st_dev)
        left = free(there)
        told = f"{there} 尚余 {left / (1 << 30):.1f} GiB"
        if left < FULL_BYTES:
            yield fail(DISK, f"{told}：请清理或扩容")
        elif left < SHORT_BYTES:
            yield warn(DISK, told)
        else:
            yield ok(DISK, told)
