"""
What a caller in Python hands to a use case, looked at before anything is done with it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from kaohe_workflow.application.payloads import problems_of
from kaohe_workflow.errors import InputInvalid, Problem


def check_arguments(*given: tuple[str, Any, Any]) -> None:
    """
    Look at arguments, each as its name, its value and the annotation that it should be of.

    Raises:
        InputInvalid: all problems at once, each under the name of its argument; the codes are those of `problems_of`.
    """
    problems = [problem for name, value, declared in given for problem in problems_of(value, declared, name)]
    if problems:
        raise InputInvalid(problems)


def check_known(argument: str, name: Any, known: Collection[str]) -> None:
    """
    Look at an argument that names one of a few things.

    Raises:
        InputInvalid: there is no such name; the code is the argument's with ``-unknown`` (``lifecycle-unknown``).
    """
    check_arguments((argument, name, str))
    if name not in known:
        raise InputInvalid([Problem(argument, f"{argument}-unknown", f"应为其中之一：{'、'.join(known)}")])
