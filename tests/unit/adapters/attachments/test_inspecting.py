"""What is taken as a proof and what is not: told by content, never by name."""

from __future__ import annotations

from base64 import a85encode
from collections.abc import Callable
from contextlib import ExitStack
from io import BytesIO
from zipfile import ZipFile
from zlib import compress

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf._codecs._codecs import LzwCodec

from kaohe_workflow.adapters.attachments.child import kind_of
from kaohe_workflow.adapters.attachments.images import MAXIMUM_PIXELS
from kaohe_workflow.adapters.attachments.inspecting import FileInspector
from kaohe_workflow.adapters.attachments.pdfs import MAXIMUM_UNPACKED_BYTES
from kaohe_workflow.adapters.children import AT_ONCE
from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.errors import InputInvalid, TooManyTries
from kaohe_workflow.testing.contracts import NOW
from kaohe_workflow.testing.files import pdf, png
from kaohe_workflow.values.terms import AttachmentKind

CLOCK = SettableClock(NOW)


def jpeg(**more: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG", **more)
    return out.getvalue()


def archive() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as whole:
        whole.writestr("run.js", "x")
    return out.getvalue()


def rewritten(change: Callable[[PdfWriter], object]) -> bytes:
    writer, out = PdfWriter(clone_from=PdfReader(BytesIO(pdf()))), BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def code_of(content: bytes) -> str:
    with pytest.raises(InputInvalid) as caught:
        kind_of(content)
    return caught.value.problems[0].code


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(), AttachmentKind.PDF),
        (pdf() + b"\r\n \0", AttachmentKind.PDF),
        (rewritten(lambda writer: writer.add_blank_page(595, 842)), AttachmentKind.PDF),
        (
            rewritten(lambda writer: writer.add_uri(0, "https://www.nhc.gov.cn", (0, 0, 9, 9))),
            AttachmentKind.PDF,
        ),
        (pdf(catalog=b"/OpenAction [3 0 R /Fit]"), AttachmentKind.PDF),
        (pdf(catalog=b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>"), AttachmentKind.PDF),
        (
            pdf(b"<< /Type /Font /Subtype /Type3 >>", page=b"/Resources << /Font << /AA 5 0 R >> >>"),
            AttachmentKind.PDF,
        ),
        (jpeg(), AttachmentKind.JPEG),
        (jpeg(progressive=True, quality=95), AttachmentKind.JPEG),
        (jpeg() + jpeg(), AttachmentKind.JPEG),
        (jpeg() + bytes(64), AttachmentKind.JPEG),
        (png(), AttachmentKind.PNG),
        (png(4000, 3000), AttachmentKind.PNG),
    ],
)
def test_ordinary_files_are_taken(content: bytes, kind: AttachmentKind) -> None:
    """Scans, photographs of telephones with a second picture behind the first, links in a PDF."""

    assert kind == kind_of(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"MZ\x90\0",
        b"\x7fELF",
        b"GIF89a" + bytes(20),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\0" + pdf(),
        b"\n" + pdf(),
        b"\xef\xbb\xbf" + png(),
        archive(),
    ],
)
def test_every_other_kind_is_refused(content: bytes) -> None:
    """Pages, programs, archives, old office files; and nothing may stand before the beginning."""

    assert "attachment-kind" == code_of(content)


@pytest.mark.parametrize("content", [pdf(), jpeg(), png(64, 64)])
def test_a_cut_file_is_unreadable(content: bytes) -> None:
    """A telephone that lost its connection has sent half of it."""
    codes = {code_of(content[:end]) for end in (16, len(content) // 2, len(content) - 9)}

    assert {"attachment-unreadable"} == codes


def test_a_changed_picture_is_unreadable() -> None:
    """A PNG carries its own checksums."""
    changed = bytearray(png(64, 64))
    changed[45] ^= 1

    assert "attachment-unreadable" == code_of(bytes(changed))


@pytest.mark.parametrize("content", [pdf(), jpeg(), png()])
def test_a_file_that_is_two_things_is_refused(content: bytes) -> None:
    """An archive, a program or a page behind the end: the next program sees the other one."""
    for other in (archive(), b"MZ\x90", b"<script>alert(1)</script>", pdf()[:-3] + b"x"):
        assert "attachment-unsafe" == code_of(content + other)


def test_code_inside_a_picture_is_refused() -> None:
    """Kept in a comment it would still be there for whoever reads the file as a page."""

    assert "attachment-unsafe" == code_of(jpeg(comment=b"<script>alert(1)</script>"))
    assert "attachment-unsafe" == code_of(jpeg(comment=b"<?php system($_GET[1]);"))


SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


@pytest.mark.parametrize(
    "content",
    [
        pdf(SCRIPT),
        pdf(SCRIPT, catalog=b"/OpenAction 5 0 R"),
        pdf(catalog=b"/OpenAction " + SCRIPT),
        pdf(catalog=b"/OpenAction << /S /J#61vaScript /J#53 (x) >>"),
        pdf(catalog=b"/Names << /JavaScript << /Names [(a) 5 0 R] >> >>"),
        pdf(page=b"/AA << /O << /S /Launch /F (calc.exe) >> >>"),
        pdf(catalog=b"/OpenAction << /S /SubmitForm /F (https://x.example) >>"),
        pdf(catalog=b"/OpenAction << /S /GoToE /T << /R /C >> >>"),
        pdf(catalog=b"/AcroForm << /Fields [] /XFA (x) >>"),
        pdf(page=b"/Annots [<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 1 1] >>]"),
        pdf(page=b"/Annots [<< /Type /Annot /Subtype /RichMedia /Rect [0 0 1 1] >>]"),
        pdf(b"<< /Type /Filespec /F (a) /EF << /F 6 0 R >> >>"),
        rewritten(lambda writer: writer.add_attachment("a.exe", b"MZ")),
        pdf(b"<< /S /Thread /F (x.pdf) /D 0 >>"),
        pdf(catalog=b"/OpenAction << /S /URI /URI (https://x.example) >>"),
        pdf(b"/URI", catalog=b"/OpenAction << /S 5 0 R /URI (https://x.example) >>"),
        pdf(b"<< /S /URI /URI (x) >>", page=b"/AA << /O << /S /GoTo /D (a) /Next [5 0 R] >> >>"),
        pdf(b"<< /Length 0 /F (x.bin) >>\nstream\n\nendstream"),
        pdf(b"<< /Subtype /Form /Length 0 /Ref << /F (x.pdf) /Page 0 >> >>\nstream\n\nendstream"),
        pdf(b"<< /Subtype /PS /Length 0 >>\nstream\n\nendstream"),
        pdf(b"<< /Subtype /Form /Subtype2 /PS /Length 0 >>\nstream\n\nendstream"),
    ],
)
def test_a_pdf_that_can_do_something_is_refused(content: bytes) -> None:
    """Scripts, files inside, what starts programs or sends data; also where no page leads to it, or in disguise."""

    assert "attachment-unsafe" == code_of(content)


@pytest.mark.parametrize("action", [b"/Launch", b"/SubmitForm", b"/GoToR", b"/ImportData"])
def test_an_action_is_refused_wherever_its_name_stands(action: bytes) -> None:
    """A reader follows a reference to the name of an action; so does the check."""
    link = b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S 5 0 R /F (cmd.exe) >> >>]"

    assert "attachment-unsafe" == code_of(pdf(action, page=link))


@pytest.mark.parametrize("kind", [b"/FileAttachment", b"/RichMedia", b"/Movie"])
def test_a_note_is_refused_wherever_its_kind_stands(kind: bytes) -> None:
    """A note that plays or carries something is told by a reference to its kind as well."""

    assert "attachment-unsafe" == code_of(pdf(kind, page=b"/Annots [<< /Subtype 5 0 R /Rect [0 0 1 1] >>]"))


def test_a_reference_to_a_reference_is_unreadable() -> None:
    """No program writes one, and readers disagree on what stands there."""

    assert "attachment-unreadable" == code_of(pdf(b"<< /S 6 0 R >>", b"7 0 R", b"/Launch"))


def test_an_encrypted_pdf_is_unreadable() -> None:
    """Nobody could look into it, the reviewer neither."""

    assert "attachment-unreadable" == code_of(rewritten(lambda writer: writer.encrypt("secret")))


def test_a_picture_with_too_many_pixels_is_refused() -> None:
    """A few hundred kilobytes that become gigabytes in memory; the bound itself is taken."""
    width = 8000
    bound = MAXIMUM_PIXELS // width

    assert AttachmentKind.PNG == kind_of(png(width, bound))
    assert "attachment-too-large" == code_of(png(width, bound + 1))
    assert "attachment-too-large" == code_of(png(65_000, 1_000))
    assert "attachment-too-large" == code_of(
        pdf(b"<< /Subtype /Image /Width 99999 /Height 99999 /Length 0 >>\nstream\n\nendstream")
    )


@pytest.mark.parametrize(("width", "height"), [(b"99999", b"99999"), (b"99999.0", b"99999")])
def test_pixels_are_counted_wherever_the_size_stands(width: bytes, height: bytes) -> None:
    """A reader takes the size of a picture from an object that is referred to, and a broken number for a whole one."""
    image = b"<< /Subtype /Image /Width 6 0 R /Height 7 0 R /Length 0 >>\nstream\n\nendstream"

    assert "attachment-too-large" == code_of(pdf(image, width, height))


def test_a_pdf_that_unpacks_without_end_is_refused() -> None:
    """A small file whose streams become larger than the bound, one in another as well."""
    once = compress(bytes(MAXIMUM_UNPACKED_BYTES + 1), 9)
    twice = compress(once, 9)
    stream = b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream"

    for packed, filters in ((once, b"/FlateDecode"), (twice, b"[/FlateDecode /Fl]")):
        assert "attachment-too-large" == code_of(pdf(stream % (len(packed), filters, packed)))


def packed(filters: bytes, content: bytes, more: bytes = b"") -> bytes:
    return pdf(
        b"<< /Length %d /Filter %s %s >>\nstream\n%s\nendstream" % (len(content), filters, more, content)
    )


BOMB = compress(compress(bytes(MAXIMUM_UNPACKED_BYTES + 1), 9), 9)


@pytest.mark.parametrize(
    ("filters", "content"),
    [
        (b"[/ASCIIHexDecode /FlateDecode /FlateDecode]", BOMB.hex().encode() + b">"),
        (b"[/AHx /Fl /Fl]", BOMB.hex(" ").encode()),
        (b"[/ASCII85Decode /FlateDecode /FlateDecode]", a85encode(BOMB) + b"~>"),
        (b"[/LZWDecode /FlateDecode /FlateDecode]", LzwCodec().encode(BOMB)),
        (b"[/FlateDecode /FlateDecode]", BOMB[:-1] + b"\0"),
        (b"[/FlateDecode /RunLengthDecode]", compress(b"\x81\0" * (MAXIMUM_UNPACKED_BYTES // 128 + 1), 9)),
    ],
)
def test_no_filter_hides_what_is_behind_it(filters: bytes, content: bytes) -> None:
    """Every filter is taken off, whatever stands first, also one that ends with a fault."""

    assert "attachment-too-large" == code_of(packed(filters, content))


@pytest.mark.parametrize(
    ("filters", "more"),
    [
        (b"/BrotliDecode", b""),
        (b"[/Unknown /FlateDecode]", b""),
        (b"[/DCTDecode /FlateDecode]", b"/Width 9 /Height 9"),
        (b"/DCTDecode", b""),
        (b"[/FlateDecode /FlateDecode]", b"/DecodeParms [<< /Predictor 12 >> null]"),
        (b"[5 /FlateDecode]", b""),
        (b"/LZWDecode", b""),
    ],
)
def test_what_cannot_be_unpacked_is_unreadable(filters: bytes, more: bytes) -> None:
    """Nobody can say how large it becomes: unknown filters, and those that stand where they make no sense."""

    assert "attachment-unreadable" == code_of(packed(filters, b"\xff" * 9, more))


@pytest.mark.parametrize(
    ("filters", "content", "more"),
    [
        (b"null", b"x", b""),
        (b"[/ASCIIHexDecode /FlateDecode]", compress(b"x").hex().encode() + b">", b""),
        (b"/ASCII85Decode", a85encode(bytes(99) + b"x") + b"\n~>", b""),
        (b"/RunLengthDecode", b"\x02abc\xff.\x80", b""),
        (b"/LZWDecode", LzwCodec().encode(bytes(range(256)) * 40), b""),
        (b"/FlateDecode", compress(b"\0x" * 9), b"/DecodeParms << /Predictor 12 /Columns 1 >>"),
        (b"/DCTDecode", jpeg(), b"/Subtype /Image /Width 40 /Height 30"),
        (b"[/FlateDecode /DCTDecode]", compress(jpeg()), b"/Subtype /Image /Width 40 /Height 30"),
        (b"/CCITTFaxDecode", b"x", b"/Width 1728 /Height 9 /DecodeParms << /K -1 /Columns 1728 >>"),
        (b"/JBIG2Decode", b"x", b"/Width 99 /Height 9"),
    ],
)
def test_every_filter_that_scanners_write_is_taken(filters: bytes, content: bytes, more: bytes) -> None:
    """Old programs pack by LZW or as text, scanners as JPEG and as fax."""

    assert AttachmentKind.PDF == kind_of(packed(filters, content, more))


def test_a_picture_in_a_pdf_is_measured_inside_as_well() -> None:
    """Readers unpack the rows that the picture itself says, or the fax's settings."""
    wide, small = BytesIO(), b"/Subtype /Image /Width 9 /Height 9"
    Image.new("1", (9000, 8000)).save(wide, "JPEG")
    fax = small + b" /DecodeParms << /Columns 99999999 >>"

    assert "attachment-too-large" == code_of(packed(b"/DCTDecode", wide.getvalue(), small))
    assert "attachment-too-large" == code_of(packed(b"/CCITTFaxDecode", b"x", fax))


def test_actions_in_a_circle_are_refused() -> None:
    """One that follows itself has no end."""
    circle = b"<< /S /GoTo /D (a) /Next 5 0 R >>"

    assert "attachment-too-large" == code_of(pdf(circle, catalog=b"/OpenAction 5 0 R"))


def test_a_pdf_nested_without_end_is_unreadable() -> None:
    """It wears out the parser and nobody else."""

    assert "attachment-unreadable" == code_of(pdf(b"[" * 100_000))


def test_files_are_looked_into_in_a_process_of_their_own() -> None:
    """Kinds and refusals come back through it."""
    inspect = FileInspector(CLOCK)

    assert AttachmentKind.PDF == inspect(pdf())
    with pytest.raises(InputInvalid) as caught:
        inspect(pdf(SCRIPT))
    assert "attachment-unsafe" == caught.value.problems[0].code


def test_a_file_that_takes_too_long_is_given_up() -> None:
    """Its process is ended."""
    with pytest.raises(InputInvalid) as caught:
        FileInspector(CLOCK, wall_seconds=0.001)(pdf())

    assert "attachment-too-large" == caught.value.problems[0].code


def test_only_a_few_are_looked_into_at_once() -> None:
    """Who finds no place in time is told when to come again."""
    inspect = FileInspector(CLOCK, wait_seconds=0)
    with ExitStack() as taken:
        for _ in range(AT_ONCE):
            taken.enter_context(inspect.turn())
        with pytest.raises(TooManyTries):
            inspect(pdf())

    assert AttachmentKind.PDF == inspect(pdf())
