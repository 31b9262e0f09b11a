"""
Which events bring a case to another organisation than it is at.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DESTINATIONS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("affiliation", "take_in"): "institution_id",
        ("affiliation", "force_move"): "institution_id",
        ("affiliation", "reenter"): "institution_id",
        ("affiliation", "merge"): "into_id",
        ("institution", "change_superior"): "superior_id",
    }
)
"""
Events that bring a case to another organisation, with the payload's attribute that names it, or the person there.

The row's relation says what the caller is to the case as it stands; towards the destination the caller must
also be somebody: see `access.reaches`. Without that, an institution that may take in *any* physician could take
him in for another one.
"""
