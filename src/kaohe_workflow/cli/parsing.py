"""
What the command line says by itself: its first steps, and what is wrong with how it was called.

`argparse` says the latter in English, without where to read more.
"""

from __future__ import annotations

import argparse
import re
import sys
from typing import NoReturn

FIRST_STEPS = """first steps:
  kaohe demo                         one cycle on synthetic data, then served on http://127.0.0.1:8000
  kaohe province --name 省卫生健康委员会 --login office
                                     a database of one's own: the first account and its activation code
  kaohe serve                        the API over it; kaohe serve --help tells every setting
  kaohe verify                       prove what lies in it
  kaohe COMMAND --help               what a command takes

exit codes:
  0    done
  1    the command's own no: a check has found something
  2    wrong use, or what was asked for cannot be done; stderr says why
  70   an error of this program
  130  interrupted
  141  whoever reads the output has gone"""
"""What stands below the commands in ``kaohe --help``."""

_MESSAGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), message)
    for pattern, message in (
        (r"the following arguments are required: (.*)", r"缺少 \1"),
        (r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)", r"\1 没有 \2，可用的有：\3"),
        (r"argument (.*?): expected (?:one|at least one) argument", r"\1 后面须写出值"),
        (r"argument (.*?): invalid int value: (.*)", r"\1 的值 \2 不是整数"),
        (r"argument (.*?): invalid \w+ value: (.*)", r"\1 的值 \2 不正确"),
        (r"argument (.*?): not allowed with argument (.*)", r"\1 不能与 \2 同时使用"),
        (r"argument (.*?): ignored explicit argument (.*)", r"\1 不带值，而写了 \2"),
        (r"one of the arguments (.*) is required", r"须写出其中之一：\1"),
        (r"unrecognized arguments: (.*)", r"没有这样的参数：\1"),
        (r"ambiguous option: (.*?) could match (.*)", r"\1 不明确，可能是 \2"),
    )
)
"""What argparse says → what people are told."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are told in Chinese, with where to read more; exit code 2 as ever."""

    def error(self, message: str) -> NoReturn:
        """Tell what is wrong with the command line, and end."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {told(message)}；用法见 {self.prog} --help\n")


def told(message: str) -> str:
    """
    Return a message of argparse in Chinese; one that it has learnt since as it is.

    >>> told("the following arguments are required: --login")
    '缺少 --login'
    """
    for pattern, chinese in _MESSAGES:
        if pattern.fullmatch(message):
            return pattern.sub(chinese, message)
    return message
