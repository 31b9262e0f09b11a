"""Which fonts certificates are set with, and which characters these cover."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import attrs
import pylopdf_fonts_zh_cn
import typst
from fontTools.ttLib import TTFont

PREFERRED_FAMILIES = ("Noto Serif SC", "Noto Sans SC")

# Characters of these categories leave no ink, or turn the order of what is read (U+202E): a name with one is
# not the name it seems to be. Private use (Co) is drawn differently by every font. Unassigned (Cn) is not
# here: fonts learn new ideographs before Python's tables do.
_NEVER_PRINTED = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


@attrs.frozen
class FontSet:
    """Fonts of one printer: ``families`` in order of preference, ``covered`` the code points of any."""

    fonts: typst.Fonts
    families: tuple[str, ...]
    covered: frozenset[int]

    def prints(self, character: str) -> bool:
        """Whether the character will be seen on the page."""
        return ord(character) in self.covered and unicodedata.category(character) not in _NEVER_PRINTED


def load_fonts(extra_folder: Path | None = None) -> FontSet:
    """
    Load the packaged fonts and those of ``extra_folder``; fonts of the system are never used.

    Extra fonts come last in preference: they add characters and leave the look of the others alone. Takes
    about 0.1 s, nearly all of it for reading which characters the fonts cover.
    """
    folders = [pylopdf_fonts_zh_cn.serif_path().parent, Path(__file__).parent / "fonts"]
    if extra_folder is not None:
        folders.append(extra_folder)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))
    text_fonts = [font for font in fonts.fonts() if font.family != "Kaohe Title"]
    others = sorted({font.family for font in text_fonts} - set(PREFERRED_FAMILIES))
    covered: set[int] = set()
    for path, index in {(font.path, font.index) for font in text_fonts if font.path is not None}:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            covered.update(font.getBestCmap())
    return FontSet(fonts, (*PREFERRED_FAMILIES, *others), frozenset(covered))
