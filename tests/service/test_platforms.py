"""What evaluation platforms deliver over HTTP: signed, within minutes, and once, however often it comes."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.likeness import Figure
from kaohe_workflow.application.platform_keys import PlatformKey
from kaohe_workflow.application.platforms import WINDOW
from kaohe_workflow.application.signatures import signature
from kaohe_workflow.errors import LikenessUnavailable
from kaohe_workflow.lifecycles.affiliation.events import GiveFacePhoto
from kaohe_workflow.testing.files import hand_in, pdf, png
from kaohe_workflow.testing.journeys import SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.worlds import WINDOWS, noon
from kaohe_workflow.values.terms import PaperKind, Stage

if TYPE_CHECKING:
    from falcon import testing

    from tests.service.conftest import Site

START = noon(SITTING_DAY)
SECOND = timedelta(seconds=1)


@attrs.frozen
class Platform:
    """An evaluation platform with a key, and a paper that a physician may sit there."""

    site: Site
    key: PlatformKey
    traveller: Traveller
    paper: str

    def post(
        self,
        last: str,
        body: Any,
        delivery: str = "d-1",
        *,
        key: PlatformKey | None = None,
        late: timedelta = timedelta(),
        forge: Callable[[dict[str, str]], None] = lambda headers: None,
        sent: bytes | None = None,
        path: str | None = None,
    ) -> testing.Result:
        """Deliver something; ``late`` is how long ago it was signed, ``forge`` and ``sent`` change it afterwards."""
        used = key or self.key
        place = path or f"/api/v1/platform/papers/{self.paper}/{last}"
        content = json.dumps(body).encode()
        at = int((self.site.world.clock.now() - late).timestamp())
        headers = {
            "X-Kaohe-Key": used.id,
            "X-Kaohe-Timestamp": str(at),
            "X-Kaohe-Delivery": delivery,
            "X-Kaohe-Signature": signature(used.secret, used.id, at, delivery, "POST", place, content),
            "Content-Type": "application/json",
        }
        forge(headers)
        return self.site.nobody().ask("POST", place, headers=headers, content=sent or content)

    def record(self) -> Any:
        """What is kept of the paper."""
        return self.site.application.cases.get(SYSTEM, "evaluation", self.paper).record

    def state(self) -> str:
        """The state of the paper."""
        return self.site.world.state_of("evaluation", self.paper)

    def start(self) -> None:
        """Deliver the start."""
        answer = self.post("start", STARTED, "start")

        assert 200 == answer.status_code, answer.text


def written(at: datetime) -> str:
    """An instant as JSON has it."""
    return at.isoformat().replace("+00:00", "Z")


STARTED = {"started_at": written(START), "identity_checked": True}


def told(answer: testing.Result) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return answer.status_code, answer.json["code"]


@pytest.fixture
def platform(site: Site) -> Platform:
    """A platform, on the day of the sitting."""
    journeys = Journeys.of(site.world)
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    site.world.clock.set(max(site.world.clock.now(), START))
    paper = journeys.papers(traveller)[Stage.FIRST, PaperKind.HUMANITIES]
    return Platform(site, site.application.platforms.add("examiner"), traveller, paper)


def test_what_is_delivered_says_which_key_signed_it(platform: Platform) -> None:
    """Beside the platform's name: its key, its network and its program; no secret and no signature."""

    def named(headers: dict[str, str]) -> None:
        headers["User-Agent"] = "examiner/2.1"

    answer = platform.post("start", STARTED, "start", forge=named)
    application = platform.site.application
    paper = application.cases.get(SYSTEM, "evaluation", platform.paper)
    with application.store.begin(write=False) as unit:
        row = unit.history(paper)[-1]
    actor = json.loads(row.body)["actor"]

    assert 200 == answer.status_code
    assert {
        "account": "platform:examiner",
        "via": "signature",
        "key": platform.key.id,
        "network": "127.0.0.0/24",
        "agent": application.accounts.origin(agent="examiner/2.1").agent,
    } == {name: actor[name] for name in ("account", "via", "key", "network", "agent")}
    assert not any(said in row.body for said in (platform.key.secret, "examiner/2.1", "127.0.0.1"))


@pytest.mark.manual("S-I4", "S-83")
def test_a_paper_is_sat_on_a_platform(platform: Platform) -> None:
    """Start, photo, hand-in and score; the history says which platform delivered them."""
    platform.start()
    photo = {"taken_at": written(START), "name": "1.jpg", "similarity": "38.5"}
    answers = [
        platform.post("photos", photo, "photo"),
        platform.post("hand-in", {"handed_in_at": written(START)}, "hand-in"),
        platform.post("score", {"score": "75.5"}, "score"),
    ]
    history = platform.site.application.cases.history(SYSTEM, "evaluation", platform.paper)
    kept = platform.record().photos[0]

    assert [200] * 3 == [answer.status_code for answer in answers]
    assert Decimal("75.5") == platform.record().score
    assert (Decimal("38.5"), "platform:examiner", None) == (kept.similarity, kept.source, kept.file)
    assert {("platform:examiner", "测评平台examiner")} == {
        (step.account_id, step.actor) for step in history[1:]
    }
    assert () == platform.site.application.verification.run().findings


FORGED: dict[str, Callable[[str], str]] = {
    "X-Kaohe-Signature": lambda signed: "0" * len(signed),
    "X-Kaohe-Delivery": lambda name: f"{name}-2",
    "X-Kaohe-Key": lambda key: "01he469xm0d20q3yqgwnhqgf8m",
    "X-Kaohe-Timestamp": lambda at: str(int(at) + 1),
}
"""Header → what somebody makes of it who cannot sign; each may be left out, too."""


@pytest.mark.parametrize(("header", "left_out"), [*product(FORGED, (False, True))])
def test_what_is_not_signed_is_refused(platform: Platform, header: str, left_out: bool) -> None:
    """401, whichever part was changed; nothing has happened."""

    def forge(headers: dict[str, str]) -> None:
        signed = headers.pop(header)
        headers |= {} if left_out else {header: FORGED[header](signed)}

    assert (401, "signature-refused") == told(platform.post("start", STARTED, forge=forge))
    assert "not_sat" == platform.state()


def test_the_body_and_the_address_are_signed(platform: Platform) -> None:
    """A changed body, or one that was signed for another address: 401."""
    other = json.dumps(STARTED | {"identity_checked": False}).encode()
    elsewhere = f"/api/v1/platform/papers/{platform.paper}/start"

    def moved(headers: dict[str, str]) -> None:
        place = f"/api/v1/platform/papers/{platform.paper}/hand-in"
        headers["X-Kaohe-Signature"] = signature(
            platform.key.secret,
            platform.key.id,
            int(headers["X-Kaohe-Timestamp"]),
            "d-1",
            "POST",
            place,
            json.dumps(STARTED).encode(),
        )

    assert (401, "signature-refused") == told(platform.post("start", STARTED, sent=other))
    assert (401, "signature-refused") == told(platform.post("start", STARTED, path=elsewhere, forge=moved))


@pytest.mark.parametrize("late", [WINDOW, -WINDOW, WINDOW + SECOND, -WINDOW - SECOND])
def test_a_signature_holds_for_minutes(platform: Platform, late: timedelta) -> None:
    """Five minutes both ways, the last second included."""
    answer = platform.post("start", STARTED, late=late)

    assert (200 if abs(late) <= WINDOW else 401) == answer.status_code


def test_the_same_delivery_answers_the_same(platform: Platform) -> None:
    """Signed again later under its name: one effect, one answer; another content under that name: 422."""
    first = platform.post("start", STARTED)
    platform.site.world.clock.set(platform.site.world.clock.now() + timedelta(minutes=7))
    again = platform.post("start", STARTED)
    other = platform.post("start", STARTED | {"started_at": written(START - SECOND)})
    history = platform.site.application.cases.history(SYSTEM, "evaluation", platform.paper)

    assert (200, first.json) == (again.status_code, again.json)
    assert (422, "input-invalid") == told(other)
    assert 1 == [step.event for step in history].count("deliver_start")


def test_the_same_photo_is_kept_once(platform: Platform) -> None:
    """Its bytes too: the same delivery gives the same answer; under another name of delivery the rule refuses it."""
    platform.start()
    photo = {"taken_at": written(START), "name": "1.png", "content": b64encode(png()).decode()}
    answers = [platform.post("photos", photo, "p-1") for _ in range(2)]
    other = platform.post("photos", photo, "p-2")

    assert [200, 200] == [answer.status_code for answer in answers]
    assert answers[0].json == answers[1].json
    assert (409, "transition-refused") == told(other)
    assert 1 == len(platform.record().photos)


def test_a_picture_is_a_picture(platform: Platform) -> None:
    """No document, no other text than base 64, no more than half a mebibyte; 422, and nothing is kept."""
    platform.start()
    photo = {"taken_at": written(START), "name": "1.png"}
    wrong = [b64encode(pdf()).decode(), "???", b64encode(b"x" * (512 * 1024 + 1)).decode()]
    answers = [
        platform.post("photos", photo | {"content": content}, f"p-{index}")
        for index, content in enumerate(wrong)
    ]
    codes = [answer.json["errors"][0]["code"] for answer in answers]

    assert [422] * 3 == [answer.status_code for answer in answers]
    assert ["attachment-kind", "base64-malformed", "attachment-too-large"] == codes
    assert () == platform.record().photos


@attrs.define
class Comparer:
    """Compares as the test says."""

    figure: Figure | None
    seen: list[tuple[bytes, bytes]] = attrs.field(factory=list)

    def compare(self, known: bytes, taken: bytes) -> Figure:
        self.seen.append((known, taken))
        if self.figure is None:
            raise LikenessUnavailable("busy")
        return self.figure


@pytest.mark.manual("S-83", "N-1.12")
@pytest.mark.parametrize(
    ("figure", "kept"),
    [
        (Figure(Decimal("39.99"), "facematch/1"), (Decimal("39.99"), "facematch/1", True)),
        (Figure(None, "facematch/1"), (None, "facematch/1", True)),
        (None, (None, "", False)),
    ],
)
def test_a_photo_without_a_figure_is_compared_here(
    platform: Platform, figure: Figure | None, kept: tuple[Decimal | None, str, bool]
) -> None:
    """With the 人脸底照 that the physician has given; the source is kept with the figure, and silence stops nothing."""
    site, person = platform.site, platform.traveller
    face = hand_in(site.application, person.principal, png(3, 3))
    given = GiveFacePhoto(file=face, consented=True)
    site.world.send(person.principal, "affiliation", person.physician_id, "give_face_photo", given)
    platform.start()
    comparer = Comparer(figure)
    platforms = attrs.evolve(site.application.platforms, likeness=comparer)
    application = attrs.evolve(site.application, platforms=platforms)
    photo = {"taken_at": written(START), "name": "1.png", "content": b64encode(png()).decode()}
    answer = attrs.evolve(platform, site=_site_over(site, application)).post("photos", photo)
    found = platform.record().photos[0]

    assert 200 == answer.status_code
    assert [(png(3, 3), png())] == comparer.seen
    assert kept == (found.similarity, found.source, found.against == face)


def _site_over(site: Site, application: Any) -> Site:
    from kaohe_service.app import create_app

    return attrs.evolve(site, app=create_app(application))


def test_keys_change_over(platform: Platform) -> None:
    """The next key signs at once, the present one until the overlap is over, an ended one no more."""
    platforms, clock = platform.site.application.platforms, platform.site.world.clock
    body = {"id_number": "450103198001011233"}
    search = "/api/v1/platform/papers/search"

    def works(key: PlatformKey) -> bool:
        return platform.post("", body, key=key, path=search).status_code == 200

    following = platforms.rotate("examiner", timedelta(hours=1))
    both = works(platform.key), works(following)
    clock.set(clock.now() + timedelta(hours=1) - SECOND)
    last = works(platform.key)
    clock.set(clock.now() + SECOND)
    over = works(platform.key), works(following)
    platforms.end(following.id)

    assert ((True, True), True, (False, True)) == (both, last, over)
    assert not works(following)
    assert {""} == {key.secret for key in platforms.all_keys()}


def test_a_platform_finds_what_is_to_be_sat(platform: Platform) -> None:
    """By the number in either form: the papers that wait, and nothing of the person; a stranger has none."""
    record = platform.site.application.cases.get(
        SYSTEM, "affiliation", platform.traveller.physician_id
    ).record
    search = "/api/v1/platform/papers/search"
    found = platform.post("", {"id_number": record.id_number}, path=search).json["items"]
    stranger = platform.post("", {"id_number": "11010519491231002X"}, path=search).json["items"]

    assert {("humanities", "first", "not_sat"), ("professional", "first", "not_sat")} == {
        (one["kind"], one["stage"], one["state"]) for one in found
    }
    assert platform.paper in {one["id"] for one in found}
    assert [] == stranger
    assert {"id", "state", "kind", "stage", "category", "level", "subjects", *HOW} == set(found[0])


def instant(at: datetime) -> str:
    """An instant as answers write it."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"


HOW = {
    "opens_at",
    "closes_at",
    "ends_at",
    "minutes",
    "attempt",
    "attempts",
    "photo_interval_seconds",
    "face_check",
    "place",
    "prerequisite",
}
"""How a paper is sat, as a platform has to know beforehand."""


@pytest.mark.manual("S-83")
def test_a_platform_is_told_how_a_paper_is_sat(platform: Platform) -> None:
    """From when to when, for how long, which attempt of how many, how often a photo is taken; started, until when."""
    number = platform.site.application.cases.get(
        SYSTEM, "affiliation", platform.traveller.physician_id
    ).record.id_number
    parameters = platform.site.application.catalogue.parameters(SITTING_DAY)

    def told() -> dict[str, Any]:
        answer = platform.post("", {"id_number": number}, path="/api/v1/platform/papers/search")
        (paper,) = [one for one in answer.json["items"] if one["id"] == platform.paper]
        return {name: paper[name] for name in HOW}

    before = told()
    platform.post("start", STARTED)
    ends_at = START + timedelta(minutes=parameters.paper_minutes)
    window = WINDOWS.evaluation
    assert window is not None

    assert {
        "opens_at": instant(window.opens_at),
        "closes_at": instant(window.closes_at),
        "ends_at": None,
        "minutes": parameters.paper_minutes,
        "attempt": 1,
        "attempts": parameters.paper_attempts,
        "photo_interval_seconds": parameters.photo_interval_seconds,
        "face_check": parameters.face_check,
        "place": None,
        "prerequisite": "met",
    } == before
    assert before | {"ends_at": instant(ends_at)} == told()


def test_a_rule_refuses_a_platform_as_anybody(platform: Platform) -> None:
    """409 with the reasons: nobody has checked who sits; and 404 for no paper."""
    refused = platform.post("start", {"started_at": written(START)})
    nowhere = "/api/v1/platform/papers/01he469xm0d20q3yqgwnhqgf8m/start"

    assert ["identity_checked"] == [reason["guard"] for reason in refused.json["reasons"]]
    assert 404 == platform.post("", {"started_at": written(START)}, "d-9", path=nowhere).status_code
