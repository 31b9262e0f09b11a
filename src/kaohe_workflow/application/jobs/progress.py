"""
What a page of a job has come to.
"""

from __future__ import annotations

from enum import StrEnum


class Progress(StrEnum):
    """What a page has come to: there are more, now or later, the job is ended, or it is not there any more."""

    MORE = "more"
    RESTS = "rests"
    ENDED = "ended"
    GONE = "gone"
