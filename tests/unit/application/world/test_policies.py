"""Every row of the policies' table has its test: when this happens, that follows."""

from __future__ import annotations

from collections.abc import Mapping

from kaohe_workflow.testing.worlds import World
from tests.unit.application.accounts import test_many_resets
from tests.unit.application.world import (
    test_attempts,
    test_deferrals,
    test_deferrals_left,
    test_exemption_with_registration,
    test_filling_the_roster,
    test_follow_ups,
    test_lapsed_lists,
    test_marks,
    test_merging,
    test_moved_by_force,
    test_outlived_marks,
    test_overdue,
    test_policies_of_agencies,
    test_policies_of_amendments,
    test_policies_of_cycles,
    test_policies_of_grounds,
    test_policies_of_marks,
    test_policies_of_people,
    test_policies_of_results,
    test_recalling_exemptions,
    test_result_reports,
    test_results_left_behind,
    test_reviews,
    test_substitutes,
    test_waiting_findings,
)

PROOFS = (
    test_merging,
    test_attempts,
    test_filling_the_roster,
    test_policies_of_people,
    test_policies_of_amendments,
    test_policies_of_agencies,
    test_policies_of_grounds,
    test_policies_of_cycles,
    test_policies_of_marks,
    test_outlived_marks,
    test_policies_of_results,
    test_result_reports,
    test_results_left_behind,
    test_lapsed_lists,
    test_substitutes,
    test_waiting_findings,
)


ELSEWHERE: Mapping[str, object] = {
    "assign_papers_after_deferral": test_deferrals.test_taken_back_while_papers_can_be_sat,
    "assign_papers_of_deferral_stage": test_deferrals.test_sat_in_the_stage_for_the_deferred,
    "clear_overdue_marks": test_overdue.test_a_longer_window_takes_the_mark_away,
    "close_outdated_reviews": test_reviews.test_a_result_that_changes_meanwhile,
    "correct_reviewed_result": test_reviews.test_an_opinion_set_right_opens_the_make_up,
    "correct_reviewed_score": test_reviews.test_a_score_set_right_is_judged_by_the_line,
    "count_reset": test_many_resets.test_the_eleventh_within_ten_minutes_waits,
    "defer_assessment": test_deferrals.test_sat_in_the_stage_for_the_deferred,
    "end_deferral_of_assessment": test_deferrals.test_taken_back_before_the_file_was_passed,
    "follow_up_of_absent_twice": test_follow_ups.test_absent_after_a_missed_cycle,
    "force_move_assessments": test_moved_by_force.test_before_the_papers_the_case_begins_anew,
    "lift_follow_up": test_follow_ups.test_what_is_no_longer_unqualified_is_lifted,
    "move_cheating_marks": test_marks.test_an_undecided_mark_goes_along_with_a_forced_move,
    "move_deferral": test_deferrals.test_it_goes_along_with_a_forced_move,
    "move_exemption": test_moved_by_force.test_the_application_for_exemption_goes_along,
    "move_follow_ups": test_follow_ups.test_it_goes_along_with_the_physician,
    "move_papers": test_moved_by_force.test_from_the_papers_on_it_goes_on,
    "open_follow_up": test_follow_ups.test_every_result_of_unqualified_has_one,
    "open_follow_up_of_second_miss": test_follow_ups.test_two_cycles_missed_in_a_row,
    "recompute_corrected_result": test_reviews.test_a_finding_that_does_not_hold,
    "reopen_paper_of_recalled_exemption": test_recalling_exemptions.test_a_recalled_grant_gives_the_paper_back,
    "retime_deferrals": test_deferrals.test_an_undecided_one_ends_with_the_evaluation_as_it_is_now,
    "retime_files": test_overdue.test_a_longer_window_takes_the_mark_away,
    "withdraw_assessments_of_cancelled": test_follow_ups.test_a_second_failure_cancels_the_registration,
    "withdraw_deferral_of_returned_file": test_deferrals.test_a_pending_one_goes_with_what_it_rests_on,
    "withdraw_deferral_when_sitting": test_deferrals.test_who_starts_a_paper_has_made_the_choice,
    "withdraw_exemption_of_another_procedure": (
        test_exemption_with_registration.test_another_procedure_waives_another_paper
    ),
    "lapse_deferral_of_who_leaves": test_deferrals_left.test_it_goes_with_who_leaves_the_assessment,
    "withdraw_pending_deferral": test_deferrals.test_a_pending_one_goes_with_what_it_rests_on,
}
"""Policy → the test of a whole flow that proves it."""


def test_every_policy_has_its_test(world: World) -> None:
    """A row of the table without a proof is not finished."""
    names = {f"test_{policy.name}" for policy in world.application.catalogue.policies}
    proven = {name for module in PROOFS for name in vars(module)}

    assert set() == names - proven - {f"test_{name}" for name in ELSEWHERE}
    assert all(callable(test) for test in ELSEWHERE.values())
