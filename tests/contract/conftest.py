"""Shipped contracts explain their failures as tests do."""

import pytest

pytest.register_assert_rewrite("kaohe_workflow.testing.contracts")
