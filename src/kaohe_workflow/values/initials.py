"""
The initials of a name (拼音首字母): what a person is found by without typing characters.

A character may be read in several ways (单 is Shan as a family name, Dan otherwise), and who searches knows one of
them: all count. What a character may be read as comes from pypinyin's table of characters.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from unicodedata import normalize

MOST = 32
"""
Of a name no more than so many spellings are kept, and the one with every Latin word whole; beyond, a character counts
by its most common reading.
"""

_PARTED = frozenset(" ·'-.’")


def spellings(name: str) -> str:
    """
    Return how the initials of a name may be typed: in capitals, a blank before each; empty where there is nothing.

    A word in Latin letters counts both whole and by its first letter, so that a name in letters is found by its own
    beginning, too. Marks between the parts of a name and digits are left out, and so is a character whose reading
    nobody has written down.

    >>> spellings("单小明"), spellings("肉孜·艾山"), spellings("Anna Li")
    (' CXM DXM SXM', ' RZAS RZYS', ' AL ALI ANNAL ANNALI')
    """
    choices = _choices(name)
    found: list[str] = [""]
    for parts in choices:
        kept = parts if len(found) * len(parts) <= MOST else parts[:1]
        found = [one + part for one in found for part in kept]
    # A name of many Latin words has more spellings than are kept, and who copies it whole must find it all the same.
    found.append("".join(parts[-1] if len(parts[-1]) > 1 else parts[0] for parts in choices))
    return "".join(" " + one for one in sorted(set(found)) if one)


def typed(text: str) -> str | None:
    """
    Return what somebody has typed as `spellings` are kept; None where it is not letters alone.

    >>> typed("zxm"), typed("Anna L"), typed("单x"), typed(" ")
    ('ZXM', 'ANNAL', None, None)
    """
    letters = "".join(char for char in normalize("NFKC", text) if char not in _PARTED)
    return letters.upper() if letters.isascii() and letters.isalpha() else None


def _choices(name: str) -> list[tuple[str, ...]]:
    """For each character, and for each word in Latin letters, what it may stand with; the most common first."""
    choices: list[tuple[str, ...]] = []
    plain = "".join(char for char in normalize("NFKD", name) if not 0x300 <= ord(char) <= 0x36F)
    for latin, chars in groupby(plain, lambda char: char.isascii() and char.isalpha()):
        if latin:
            word = "".join(chars).upper()
            choices.append(tuple(dict.fromkeys((word[0], word))))
        else:
            choices += [letters for letters in map(_letters, chars) if letters]
    return choices


@lru_cache(maxsize=8192)
def _letters(char: str) -> tuple[str, ...]:
    # Read when the first name is: it takes a quarter of a second, and most commands know no names.
    from pypinyin.pinyin_dict import pinyin_dict

    readings = normalize("NFKD", pinyin_dict.get(ord(char), "")).upper().split(",")
    return tuple(dict.fromkeys(reading[0] for reading in readings if reading[:1].isascii() and reading))
