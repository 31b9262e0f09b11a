"""Login names."""

from __future__ import annotations

import pytest

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.values.login_name import read_login


@pytest.mark.parametrize("text", ["demo-county\u200b", "a\u202eb", "x\u00ady", "z\ue000"])
def test_a_name_that_looks_like_another_is_refused(text: str) -> None:
    """Zero-width, bidirectional, soft-hyphen and private-use characters are not seen, so they name nobody."""
    with pytest.raises(InputInvalid) as caught:
        read_login(text)

    assert ["login-control"] == [problem.code for problem in caught.value.problems]
