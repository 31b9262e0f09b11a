"""What a store must do with what lies beside the cases."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.ports import Store
from kaohe_workflow.application.stored import Errand, Job, Opening, Refusal, Remembered, Session, Throttle
from kaohe_workflow.errors import ConcurrentTransition, InputInvalid
from kaohe_workflow.testing.contracts.records import NOW
from kaohe_workflow.values.errands import ErrandKind, ErrandStanding, OpeningStanding

_DAY = timedelta(days=1)


def _refusal(account_id: str, seq: int) -> Refusal:
    return Refusal(account_id, seq, NOW, '{"seq":' + str(seq) + "}", "0" * 64, f"{seq:064}")


class BesideContract:
    """Refusals, remembered answers, jobs, numbers, sessions, throttles."""

    def test_refusals_come_back_oldest_first(self, store: Store) -> None:
        """``last`` keeps the newest; other accounts do not matter."""
        rows = [_refusal("k1", seq) for seq in (1, 2, 3)]
        with store.begin() as unit:
            unit.refuse([*rows, _refusal("k2", 1)])
            unit.commit()
        with store.begin(write=False) as unit:
            found = (unit.refusals("k1"), unit.refusals("k1", last=2), unit.refusals("k3"))
            accounts = unit.every_refusing_account()

        assert (rows, rows[1:], []) == found
        assert ["k1", "k2"] == accounts

    def test_a_refusal_is_never_replaced(self, store: Store) -> None:
        """The second of two with the same number has come too late."""
        with store.begin() as unit:
            unit.refuse([_refusal("k1", 1)])
            unit.commit()
        with store.begin() as unit, pytest.raises(ConcurrentTransition):
            unit.refuse([attrs.evolve(_refusal("k1", 1), body="{}")])
        with store.begin(write=False) as unit:
            found = unit.refusals("k1")

        assert [_refusal("k1", 1)] == found

    def test_an_answer_is_remembered_per_account(self, store: Store) -> None:
        """The same key of another account is another key."""
        with store.begin() as unit:
            unit.remember("k1", "key", Remembered("f1", '{"名":"一"}'), NOW)
            unit.remember("k2", "key", Remembered("f2", "2"), NOW)
            unit.commit()
        with store.begin(write=False) as unit:
            found = (unit.recall("k1", "key"), unit.recall("k2", "key"), unit.recall("k1", "other"))

        assert (Remembered("f1", '{"名":"一"}'), Remembered("f2", "2"), None) == found

    @pytest.mark.parametrize(("text", "code"), [("a\0b", "text-control"), ("\ud800", "text-surrogate")])
    def test_a_key_that_no_store_can_hold_is_refused_as_input(
        self, store: Store, text: str, code: str
    ) -> None:
        """Nothing is remembered under it, by any account, and nobody is kept waiting for it."""
        codes = []
        for pair in (("k1", text), (text, "key")):
            with store.begin() as unit:
                recalled = unit.recall(*pair)
                with pytest.raises(InputInvalid) as refused:
                    unit.remember(*pair, Remembered("f", "1"), NOW)
                with pytest.raises(InputInvalid) as waited:
                    unit.serialise("/".join(pair))

            assert recalled is None
            codes += [problem.code for caught in (refused, waited) for problem in caught.value.problems]

        assert [code] * 4 == codes

    def test_only_older_answers_are_forgotten(self, store: Store) -> None:
        """What is exactly as old as the bound stays."""
        with store.begin() as unit:
            unit.remember("k1", "old", Remembered("f", "1"), NOW - timedelta(microseconds=1))
            unit.remember("k1", "new", Remembered("f", "2"), NOW)
            unit.forget(NOW)
            unit.commit()
        with store.begin(write=False) as unit:
            found = (unit.recall("k1", "old"), unit.recall("k1", "new"))

        assert (None, Remembered("f", "2")) == found

    def test_only_sessions_and_throttles_that_nobody_touched_are_forgotten(self, store: Store) -> None:
        """A session counts from its last request, a throttle from its last failure."""
        before, at = NOW - timedelta(microseconds=1), NOW
        with store.begin() as unit:
            for name, seen_at in (("old", before), ("new", at)):
                unit.save_session(Session(name, "k1", NOW - _DAY, seen_at))
                unit.save_throttle(Throttle(name, 3, seen_at, NOW + _DAY))
            unit.forget(NOW)
            unit.commit()
        with store.begin(write=False) as unit:
            found = [unit.session("old"), unit.session("new"), unit.throttle("old"), unit.throttle("new")]

        assert [False, True, False, True] == [kept is not None for kept in found]

    def test_jobs_come_oldest_first_until_finished(self, store: Store) -> None:
        """Of two made at once the id decides."""
        jobs = [Job("j2", "k", "{}", NOW), Job("j3", "k", '{"a":"é"}', NOW), Job("j1", "k", "{}", NOW + _DAY)]
        with store.begin() as unit:
            unit.enqueue(jobs[::-1])
            unit.commit()
        with store.begin() as unit:
            first, all_jobs = unit.jobs(1), unit.jobs(9)
            unit.finish(["j2"])
            left = unit.jobs(9)

        assert (jobs[:1], jobs, jobs[1:]) == (first, all_jobs, left)

    def test_a_job_is_kept_and_handed_over_when_it_is_free(self, store: Store) -> None:
        """Nobody is handed a job before the instant until which somebody has it; who knows its id sees it always."""
        free, held = Job("j1", "k", "{}", NOW), Job("j2", "k", "{}", NOW, 1, NOW + _DAY, 2)
        with store.begin() as unit:
            unit.enqueue([free, held])
            unit.commit()
        with store.begin() as unit:
            unit.keep_job(attrs.evolve(free, content='{"after":"x"}', turn=3, free_at=NOW, failures=1))
            unit.commit()
        with store.begin() as unit:
            found = [[job.id for job in unit.jobs(9, free=at)] for at in (NOW - _DAY, NOW, NOW + _DAY)]
            known = [unit.job(id) for id in ("j1", "j2", "j3")]

        assert [[], ["j1"], ["j1", "j2"]] == found
        assert [Job("j1", "k", '{"after":"x"}', NOW, 3, NOW, 1), held, None] == known

    def test_an_errand_is_its_askers(self, store: Store) -> None:
        """Newest first, page after page; kept again it is another, and what is unknown is None."""
        first, second = (
            Errand(id, "k1", ErrandKind.CERTIFICATES, ErrandStanding.WAITING, 9, NOW) for id in ("e1", "e2")
        )
        other = attrs.evolve(first, id="e3", account_id="k2")
        ended = attrs.evolve(
            first,
            standing=ErrandStanding.DONE,
            done=9,
            refused=1,
            ended_at=NOW + _DAY,
            problem="p",
            parts=("a", "b"),
        )
        with store.begin() as unit:
            for errand in (first, second, other, ended):
                unit.keep_errand(errand)
            unit.commit()
        with store.begin(write=False) as unit:
            found = [unit.errands("k1", before=before, limit=1) for before in (None, "e2", "e1")]
            known = [unit.errand(id) for id in ("e1", "e4", "e\x00")]

        assert [[second], [ended], []] == found
        assert [ended, None, None] == known

    def test_how_far_an_opening_is_is_kept_per_cycle(self, store: Store) -> None:
        """Kept again it is another; of a cycle whose opening has not begun there is nothing."""
        first = Opening("c1", OpeningStanding.RUNNING, 9, 3, 1, NOW)
        other = attrs.evolve(first, cycle_id="c2", standing=OpeningStanding.STOPPED)
        later = Opening("c1", OpeningStanding.ENDED, 8, 7, 1, NOW + _DAY)
        with store.begin() as unit:
            for opening in (first, other, later):
                unit.keep_opening(opening)
            unit.commit()
        with store.begin(write=False) as unit:
            found = [unit.opening(id) for id in ("c1", "c2", "c3", "c\x00")]

        assert [later, other, None, None] == found

    def test_errands_that_ended_are_found_and_dropped(self, store: Store) -> None:
        """Those that ended before an instant, the earliest first; one that waits is never among them, and what one has
        as well is still somebody's."""
        waits = Errand("e1", "k1", ErrandKind.CERTIFICATES, ErrandStanding.WAITING, 9, NOW)
        late, early = (
            attrs.evolve(
                waits, id=id, standing=ErrandStanding.DONE, ended_at=NOW + after, parts=("a" * 64, id * 32)
            )
            for id, after in (("e2", _DAY), ("e3", timedelta()))
        )
        with store.begin() as unit:
            for errand in (waits, late, early):
                unit.keep_errand(errand)
            unit.commit()
        with store.begin(write=False) as unit:
            found = [
                unit.ended_errands(at, limit)
                for at, limit in ((NOW, 9), (NOW + 2 * _DAY, 9), (NOW + 2 * _DAY, 1))
            ]
            counts = [unit.count_ended_errands(at) for at in (NOW, NOW + _DAY, NOW + 2 * _DAY)]
        with store.begin() as unit:
            unit.drop_errand("e3")
            unit.drop_errand("e9")
            named = unit.named_contents(["a" * 64, "e3" * 32, "e2" * 32, "b" * 64])
            unit.commit()
        with store.begin(write=False) as unit:
            left = [errand.id for errand in unit.errands("k1", before=None, limit=9)]

        assert [[], [early, late], [early]] == found
        assert [0, 1, 2] == counts
        assert {"a" * 64, "e2" * 32} == named
        assert ["e2", "e1"] == left

    def test_each_series_counts_from_one(self, store: Store) -> None:
        """Series do not know each other."""
        with store.begin() as unit:
            numbers = [unit.next_number(series) for series in ("a", "a", "b", "a")]
            unit.commit()
        with store.begin() as unit:
            numbers.append(unit.next_number("b"))

        assert [1, 2, 1, 3, 2] == numbers

    def test_sessions_are_saved_and_ended(self, store: Store) -> None:
        """Saving again replaces; they come oldest first."""
        first = Session("t2", "k1", NOW, NOW, init_only=True)
        second = Session("t1", "k1", NOW + _DAY, NOW + _DAY)
        seen = attrs.evolve(first, seen_at=NOW + _DAY, init_only=False)
        with store.begin() as unit:
            for session in (second, first, Session("t3", "k2", NOW, NOW), seen):
                unit.save_session(session)
            unit.commit()
        with store.begin() as unit:
            found = (unit.session("t2"), unit.sessions("k1"))
            unit.end_sessions(["t2", "t1", "none"])
            left = (unit.session("t2"), unit.sessions("k1"), len(unit.sessions("k2")))

        assert (seen, [seen, second]) == found
        assert (None, [], 1) == left

    def test_throttles_are_saved_and_cleared(self, store: Store) -> None:
        """Saving again replaces; clearing what is not there is allowed."""
        first, second = Throttle("b1", 1, NOW, None), Throttle("b1", 2, NOW, NOW + _DAY)
        with store.begin() as unit:
            unit.save_throttle(first)
            found = [unit.throttle("b1")]
            unit.save_throttle(second)
            found.append(unit.throttle("b1"))
            unit.clear_throttle("b1")
            unit.clear_throttle("b2")
            found.append(unit.throttle("b1"))

        assert [first, second, None] == found
