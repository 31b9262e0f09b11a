"""
A mark (疑似作弊) is none of the physician's until the hearing: a certificate that is held says so, and not why.

Two worlds differ in the mark alone. Whatever the physician asks, the words that could tell of it stand in no other
places than in the world without it.
"""

from __future__ import annotations

import re
from collections import Counter

import attrs
import pytest

from kaohe_workflow.lifecycles.certificate.case import verification_code
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.values.terms import PaperKind
from tests.property.service.transcripts import Transcript, look_around
from tests.service.callers import Caller
from tests.service.conftest import Site, make_site

WORDS = re.compile(r".{0,12}(?:疑似|作弊|标记|认定|冻结|cheat|suspect|marked).{0,12}", re.IGNORECASE)
"""What could tell of a mark, with what stands around it."""

HELD = "暂缓发放"


@attrs.frozen
class Told:
    """What a physician was told: of everything there is, and of the certificate when it was tried to be used."""

    everything: str
    certificate: str

    @property
    def words(self) -> Counter[str]:
        """The places in which the words stand."""
        return Counter(WORDS.findall(self.everything + self.certificate))


def use(caller: Caller, certificate: str) -> str:
    """Look at a certificate, print it, save it, and have it checked by its code."""
    path = f"/api/v1/certificates/{certificate}"
    seen = caller.get(path)
    answers = [
        seen,
        caller.get(f"{path}/history"),
        caller.get(f"{path}/events"),
        caller.ask("POST", f"{path}/print", headers={"If-Match": f'"{seen.json["version"]}"'}),
        caller.get(f"{path}/document"),
        caller.get(f"/api/v1/verifications/{verification_code(certificate)}"),
    ]
    return "\n".join(answer.text if "json" in answer.headers["content-type"] else "" for answer in answers)


def told(printed: bool, *events: str) -> Told:
    """One world: somebody passes, perhaps prints, and is marked with what happens to the mark; none without events."""
    site: Site = make_site()
    journeys = Journeys.of(site.world)
    traveller = journeys.to("qualified")
    (certificate,) = journeys.certificates(traveller)
    if printed:
        site.application.certificates.issue(traveller.principal, certificate)
        site.world.send(site.world.county, "certificate", certificate, "stamp")
    happen(journeys, traveller, events)
    site.world.settle()
    caller = site.as_physician(traveller.physician_id)
    transcript = Transcript(caller)
    look_around(transcript, site.world.cycle_id)
    return Told("\n".join(transcript.lines), use(caller, certificate))


def happen(journeys: Journeys, traveller: Traveller, events: tuple[str, ...]) -> None:
    """Mark a paper, and let the administration go on with the mark."""
    if not events:
        return
    mark = journeys.mark(traveller, PaperKind.HUMANITIES)
    for event in events[1:]:
        second = attrs.evolve(journeys.world.county, operator_id="second-person")
        journeys.world.send(second, "cheating", mark, event, reason="照片已核对")


@pytest.mark.manual("S-86")
@pytest.mark.parametrize("printed", [False, True])
def test_a_held_certificate_does_not_say_why(printed: bool) -> None:
    """Lists, home page, inbox, history, what may be done, every refusal, and what its code tells."""
    marked = told(printed, "mark")

    assert HELD in marked.certificate
    assert Counter() == marked.words - told(printed).words


@pytest.mark.manual("S-86")
def test_a_mark_that_is_taken_away_was_never_told() -> None:
    """The certificate is given again, and its history says no more than it did."""
    gone = told(True, "mark", "unmark")

    assert HELD in gone.certificate
    assert Counter() == gone.words - told(True).words


@pytest.mark.manual("S-86")
def test_who_is_heard_is_told() -> None:
    """With the report to the province the physician has the right to be heard, and reads what about."""

    assert any("疑似作弊" in place for place in told(False, "mark", "report").words)
