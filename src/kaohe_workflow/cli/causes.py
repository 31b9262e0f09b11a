"""
Why a file or a database cannot be used, in Chinese: systems and drivers say it in English, or not at all.

No cause repeats the address of a database, which may hold a password.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_OF_FILES: Mapping[int, str] = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOENT: "路径不存在",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EISDIR: "这是一个目录",
    errno.EEXIST: "同名的文件已存在",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "磁盘配额不足",
    errno.EROFS: "文件系统只读",
    errno.ENAMETOOLONG: "名称过长",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}

_OF_DATABASES: tuple[tuple[str, str], ...] = (
    ("others were first at every try", "其他操作正在修改同样的内容：请稍后再试"),
    # SQLite
    ("file is not a database|file is encrypted", "文件不是SQLite数据库：请检查路径是否写错"),
    ("malformed|corrupt", "数据库文件已损坏：请用备份恢复"),
    (
        "database is locked|database table is locked|SQLITE_BUSY",
        "数据库正被另一进程占用：请等它结束，或先停止它",
    ),
    ("readonly database|attempt to write a readonly", "数据库文件只读：请检查文件和目录的权限"),
    ("unable to open database file", "文件无法打开或新建：请检查路径与权限"),
    ("database or disk is full", "磁盘空间不足：请清理后再试"),
    ("no such table", "缺少数据表：数据库不完整，请用备份恢复，或换一个数据库"),
    # PostgreSQL
    ("password authentication failed|no password supplied", "用户名或密码不正确"),
    (r'role ".*" does not exist', "没有这个数据库用户"),
    (r'database ".*" does not exist', "没有这个数据库：请先建立"),
    ("no pg_hba.conf entry", "服务器不允许从本机以该用户连接（pg_hba.conf）"),
    ("permission denied", "该用户没有所需的权限"),
    ("failed to resolve host|could not translate host name", "主机名无法解析：请检查主机名"),
    ("[Cc]onnection refused", "连接被拒绝：请检查主机、端口，以及服务器是否在运行"),
    ("timeout expired|timed out|connection timeout", "连接超时：请检查主机、端口和网络"),
    ("No such file or directory", "找不到服务器的套接字：请检查主机，以及服务器是否在运行"),
    ("too many clients|remaining connection slots", "服务器的连接数已满：请稍后再试"),
    ("lock timeout|LockNotAvailable", "数据正被另一进程占用：请等它结束，或先停止它"),
    ("invalid connection option|invalid sslmode|invalid .* value", "地址中的连接参数不正确"),
    (r"relation \".*\" does not exist", "缺少数据表：数据库不完整，请用备份恢复，或换一个数据库"),
    ("terminating connection|server closed the connection|shutting down|starting up", "服务器断开了连接"),
)
"""What drivers say → what people are told; the first that fits."""


def cause_of(error: BaseException) -> str:
    """Why an error of a file or a database happened, as far as it or what it came from tells."""
    chain = list(_chain(error))
    for one in chain:
        if isinstance(one, OSError) and one.errno is not None and one.errno in _OF_FILES:
            return _OF_FILES[one.errno]
    text = "\n".join(str(one) for one in chain)
    for pattern, cause in _OF_DATABASES:
        if re.search(pattern, text):
            return cause
    return "原因不明"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and those that it came from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def may(path: Path, mode: int) -> bool:
    """Whether this process may do what ``mode`` says (`os.R_OK`, …) with a path."""
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)
