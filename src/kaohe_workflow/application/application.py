"""
Everything a caller may do, in one value: what the service, the command line and an embedding system hold.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.application.accounts.use_cases import Accounts
from kaohe_workflow.application.attachments import Attachments
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.certificates import Certificates
from kaohe_workflow.application.disclosure import Disclosure
from kaohe_workflow.application.intake.importing import Intake
from kaohe_workflow.application.jobs.errands import Errands
from kaohe_workflow.application.notices.delivering import Deliveries
from kaohe_workflow.application.notices.inbox import Inbox
from kaohe_workflow.application.notices.sending import Channels
from kaohe_workflow.application.orphans import Orphans
from kaohe_workflow.application.photo_retention import PhotoRetention
from kaohe_workflow.application.platforms import Platforms
from kaohe_workflow.application.ports import Clock, Codec, Store
from kaohe_workflow.application.queries.assessors import Assessors
from kaohe_workflow.application.queries.blockers import DepartmentBlockers
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.application.queries.choices import Choices
from kaohe_workflow.application.queries.completeness import Completeness
from kaohe_workflow.application.queries.entrusted import PublicList
from kaohe_workflow.application.queries.former import PastOpinions
from kaohe_workflow.application.queries.genuineness import Genuineness
from kaohe_workflow.application.queries.home import HomePage
from kaohe_workflow.application.queries.lists import Lists
from kaohe_workflow.application.queries.openings import Openings
from kaohe_workflow.application.queries.planning import Planning
from kaohe_workflow.application.queries.practice import Practice
from kaohe_workflow.application.queries.reporting import Reporting
from kaohe_workflow.application.queries.search import PersonSearch
from kaohe_workflow.application.queries.statistics import Statistics
from kaohe_workflow.application.queries.summaries import Summaries
from kaohe_workflow.application.queries.working_days import WorkingDays
from kaohe_workflow.application.retention import Retention
from kaohe_workflow.application.send import Door
from kaohe_workflow.application.timers import Timers
from kaohe_workflow.application.verification import Verification
from kaohe_workflow.application.written_answers import WrittenAnswers
from kaohe_workflow.application.written_notices import WrittenNotices


@attrs.frozen
class Application:
    """
    The use cases, wired.

    ``door`` changes cases, ``accounts`` logs people in, ``intake`` imports sheets, ``attachments`` keeps files,
    ``platforms`` takes what evaluation platforms deliver,
    ``lists``, ``cases``, ``blockers``, ``completeness``, ``past_opinions``, ``assessors``, ``reporting``, ``home``,
    ``statistics``, ``summaries`` and ``people`` answer questions, ``disclosure`` tells single numbers and makes sheets
    of lists, ``genuineness`` answers whoever holds a certificate, ``public`` holds what is published, ``inbox`` what
    the caller was told, which ``channels`` and ``deliveries`` carry further; ``working_days`` says which days are
    worked, ``planning`` what a cycle is short of, ``openings`` how far its cases are opened, ``choices`` what the
    province lets choose from in it, ``practice`` what may be practised, ``certificates``, ``written_notices`` and
    ``written_answers`` print, ``errands`` does what takes long,
    ``timers``, ``retention``, ``photo_retention`` and ``orphans`` tidy up, ``verification`` proves the history.
    """

    store: Store
    clock: Clock
    codec: Codec
    catalogue: Catalogue
    door: Door
    accounts: Accounts
    intake: Intake
    attachments: Attachments
    platforms: Platforms
    lists: Lists
    cases: Cases
    blockers: DepartmentBlockers
    assessors: Assessors
    completeness: Completeness
    reporting: Reporting
    home: HomePage
    statistics: Statistics
    summaries: Summaries
    inbox: Inbox
    channels: Channels
    deliveries: Deliveries
    working_days: WorkingDays
    planning: Planning
    practice: Practice
    people: PersonSearch
    disclosure: Disclosure
    genuineness: Genuineness
    public: PublicList
    certificates: Certificates
    written_notices: WrittenNotices
    written_answers: WrittenAnswers
    errands: Errands
    retention: Retention
    timers: Timers
    verification: Verification

    @property
    def photo_retention(self) -> PhotoRetention:
        """What lets photos of sittings go."""
        return PhotoRetention(self.door)

    @property
    def past_opinions(self) -> PastOpinions:
        """What an institution has said of people who may have gone to another one since."""
        return PastOpinions(self.store, self.codec)

    @property
    def openings(self) -> Openings:
        """How far the cases of a published cycle are opened."""
        return Openings(self.cases)

    @property
    def choices(self) -> Choices:
        """What a province lets people choose from in a cycle."""
        return Choices(self.cases)

    @property
    def orphans(self) -> Orphans:
        """Bytes of files that the store does not know."""
        return Orphans(self.store, self.clock, self.door.tools.identifiers, self.attachments.contents)
