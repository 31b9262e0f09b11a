"""Every row of the policies' table has its test: when this happens, that follows."""

from __future__ import annotations

from kaohe_workflow.testing.worlds import World
from tests.unit.application.world import (
    test_attempts,
    test_merging,
    test_policies_of_agencies,
    test_policies_of_amendments,
    test_policies_of_cycles,
    test_policies_of_grounds,
    test_policies_of_marks,
    test_policies_of_people,
    test_policies_of_results,
)

PROOFS = (
    test_merging,
    test_attempts,
    test_policies_of_people,
    test_policies_of_amendments,
    test_policies_of_agencies,
    test_policies_of_grounds,
    test_policies_of_cycles,
    test_policies_of_marks,
    test_policies_of_results,
)


def test_every_policy_has_its_test(world: World) -> None:
    """A row of the table without a proof is not finished."""
    names = {f"test_{policy.name}" for policy in world.application.catalogue.policies}
    proven = {name for module in PROOFS for name in vars(module)}

    assert set() == names - proven
