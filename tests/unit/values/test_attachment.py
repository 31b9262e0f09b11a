"""What is told of files before they are looked up."""

from __future__ import annotations

import pytest

from kaohe_workflow.values.attachment import MAXIMUM_FILES, file_problems
from kaohe_workflow.values.plain_text import text_problems


def found(problems):
    """Where, and of which kind."""
    return [(problem.path, problem.code) for problem in problems]


@pytest.mark.parametrize(
    ("number", "codes"), [(0, []), (MAXIMUM_FILES, []), (MAXIMUM_FILES + 1, [("$.files", "too-many-files")])]
)
def test_files_have_a_most(number, codes):
    """One part of what is sent names fifty files, not fifty-one."""

    assert codes == found(file_problems(("id",) * number, "$.files"))


def test_each_file_that_no_store_holds_is_told():
    """The place of each is named, so that a form can show it."""

    assert [("$.files[1]", "text-control"), ("$.files[2]", "text-surrogate")] == found(
        file_problems(("id", "a\0", "\ud800"), "$.files")
    )


@pytest.mark.parametrize(("text", "codes"), [("述", []), (" \n", [("$", "text-empty")])])
def test_a_text_that_must_be_given_says_something(text, codes):
    """White space says nothing; where nothing needs to be said, it may stand."""

    assert codes == found(text_problems(text, "$", required=True))
    assert [] == found(text_problems(text, "$"))
