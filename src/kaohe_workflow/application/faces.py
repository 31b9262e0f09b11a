"""
Faces: which files of a case are photos of somebody.

A face is personal data of the sensitive kind (手册 2.2.9 gives the photos to those who watch): who looks at another's
is kept in the history of the account that looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

FACES: Mapping[str, Callable[[Any], Iterable[str | None]]] = MappingProxyType(
    {
        "evaluation": lambda record: (photo.file for photo in record.photos),
        "affiliation": lambda record: (record.face_photo.file,) if record.face_photo is not None else (),
        "cheating": lambda record: record.evidence,
    }
)
"""
Lifecycle → the files of its record that show a face: 监考照片, 人脸底照, and what somebody is suspected by, be it a
photo of the sitting or a picture of a screen; what is written there of somebody is looked at as a face is.
"""


def shows_face(lifecycle: str, record: Any, file: str) -> bool:
    """Whether a file that a record names is a photo of a person."""
    return lifecycle in FACES and file in FACES[lifecycle](record)
