"""Certificates as they are printed: every text whole or none, the same bytes each time, data never markup."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import attrs
import pypdfium2
import pytest
import segno
import typst
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from hypothesis import given, settings
from hypothesis import strategies as st

import kaohe_workflow.adapters.certificates
from kaohe_workflow.adapters.certificates import TypstPrinter
from kaohe_workflow.adapters.certificates.drawers import Drawers
from kaohe_workflow.application.printing import PRINTED_TEXTS, CertificateFace, Letter, Unprintable
from kaohe_workflow.errors import DefinitionError, InputInvalid, StoreUnavailable

FACE = CertificateFace(
    number="DK2024350100000039",
    name="朱欣华",
    sex="女",
    id_number_masked="3501**********4937",
    licence_number="110350100000039",
    level="执业助理医师",
    category="中医",
    institution="某某市第一人民医院",
    department="儿科",
    cycle_first_day=date(2022, 1, 1),
    cycle_last_day=date(2023, 12, 31),
    procedure="一般程序",
    decided_on=date(2024, 3, 8),
    issued_on=date(2024, 3, 15),
    issuing_authority="某某市卫生健康委员会",
    statement="上列医师参加本周期医师定期考核，业务水平、工作成绩和职业道德经考核评定",
    note="本证书加盖发证机关印章后生效",
    verification_url="https://kaohe.example.org/v/ZAFRPEDCDT3PU5B3QW7K2MNX4Y",
    code="ZAFRPEDCDT3PU5B3QW7K2MNX4Y",
)
FONTS = Path(kaohe_workflow.adapters.certificates.__file__).parent / "fonts"


@pytest.fixture(scope="module")
def printer() -> TypstPrinter:
    return TypstPrinter()


def text_of(pdf: bytes) -> str:
    """All text of the file in reading order, without white space."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[i].get_textpage().get_text_bounded() for i in range(len(document))]
    document.close()
    return "".join("".join(pages).split())


def test_every_text_of_the_face_can_be_read_in_the_file(printer: TypstPrinter) -> None:
    """Names, numbers and dates are set as text, all of them, on one page."""
    pdf = printer.pdf(FACE)
    expected = {
        *(getattr(FACE, field) for field, _ in PRINTED_TEXTS if field != "code"),
        "核验码" + FACE.code,
        "2022年1月1日至2023年12月31日",
        "2024年3月8日",
        "2024年3月15日",
        "医师定期考核合格证书",
    }
    text = text_of(pdf)

    assert set() == {part for part in expected if part not in text}
    assert 1 == len(pypdfium2.PdfDocument(pdf))


@pytest.mark.manual("S-89")
def test_the_page_says_that_only_the_stamp_makes_it_valid(printer: TypstPrinter) -> None:
    """合格证书需发证机关盖章后生效 (手册 S-89): the page says so and has a place for the stamp."""
    text = text_of(printer.pdf(FACE))

    assert "本证书加盖发证机关印章后生效" in text
    assert "（发证机关盖章）" in text


@pytest.mark.parametrize("name", ["䶮㛃", "買買提·吐爾遜", "单雄信", "欧阳一二三四五六七八九十" * 4])
def test_covered_names_arrive_whole(printer: TypstPrinter, name: str) -> None:
    """A rare, traditional, dotted or very long name is set in full, with no page more."""
    pdf = printer.pdf(attrs.evolve(FACE, name=name))

    assert name in text_of(pdf)
    assert 1 == len(pypdfium2.PdfDocument(pdf))


@pytest.mark.parametrize(
    ("field", "text", "missing"),
    [
        ("name", "王𬎆", ("𬎆",)),
        ("name", "𡋾𬎆𡋾", ("𡋾", "𬎆")),
        ("institution", "𬎆𬎆镇卫生院", ("𬎆",)),
        ("name", "王\u202e明", ("\u202e",)),
        ("name", "王\u00ad明", ("\u00ad",)),
        ("name", "王\u200b明", ("\u200b",)),
        ("name", "王\n明", ("\n",)),
        ("name", "王\ue000明", ("\ue000",)),
        ("code", "A\x00B", ("\x00",)),
    ],
)
def test_what_cannot_be_seen_is_refused_before_anything_is_set(
    printer: TypstPrinter, field: str, text: str, missing: tuple[str, ...]
) -> None:
    """A character without a glyph, or one that leaves no ink or turns the text, stops the printing."""
    face = attrs.evolve(FACE, **{field: text})
    with pytest.raises(Unprintable) as caught:
        printer.pdf(face)
    with pytest.raises(Unprintable):
        printer.png(face, 96)

    assert missing == printer.unprintable(face)
    assert missing == caught.value.characters
    assert [f"$.{field}"] == [problem.path for problem in caught.value.problems]


def test_the_refusal_tells_staff_which_character_of_which_text() -> None:
    """The Chinese message names the text, the character and its code point; unseen ones show that alone."""
    error = Unprintable(attrs.evolve(FACE, name="王𬎆\u202e"), ("𬎆", "\u202e"))

    assert ["姓名：该字暂不支持：𬎆（U+2C386）、U+202E；请核对该字，或由管理员补充字体后再打印"] == [
        problem.message for problem in error.problems
    ]


@pytest.mark.parametrize(
    "text", ['#panic("x")', "$x$ #(1+1) *b* _i_", '\\u{41} "q" \\', "</svg> & {{x}}", "= 标题 - 项 @ref <l>"]
)
@pytest.mark.parametrize("field", ["name", "institution", "issuing_authority", "number", "statement", "note"])
def test_data_is_never_read_as_markup(printer: TypstPrinter, field: str, text: str) -> None:
    """What a person typed is set as typed: it can neither run nor change the page."""
    pdf = printer.pdf(attrs.evolve(FACE, **{field: text}))

    assert "".join(text.split()) in text_of(pdf)


@pytest.mark.parametrize("field", ["statement", "note"])
def test_the_words_of_a_province_arrive_whole(printer: TypstPrinter, field: str) -> None:
    """As long as a parameter may be, on one page, and without a character that no font covers."""
    words = "经考核评定符合本省规定的各项要求，" * 6
    pdf = printer.pdf(attrs.evolve(FACE, **{field: words[:100]}))

    assert words[:100] in text_of(pdf)
    assert 1 == len(pypdfium2.PdfDocument(pdf))
    assert ("𬎆",) == printer.unprintable(attrs.evolve(FACE, **{field: "𬎆"}))


def test_the_same_face_gives_the_same_bytes(printer: TypstPrinter) -> None:
    """Printing again changes nothing, not a byte: from another process too, whatever was set in between."""
    first = (printer.pdf(FACE), printer.png(FACE, 96))
    printer.pdf(attrs.evolve(FACE, name="单雄信"))

    assert first == (printer.pdf(FACE), printer.png(FACE, 96))
    assert first == (TypstPrinter().pdf(FACE), TypstPrinter().png(FACE, 96))


@pytest.mark.manual("S-88")
@pytest.mark.parametrize(("dots", "width"), [(72, 842), (150, 1754), (300, 3508)])
def test_the_picture_is_a4_landscape(printer: TypstPrinter, dots: int, width: int) -> None:
    """A PNG of the resolution asked for: 297 mm wide."""
    png = printer.png(FACE, dots)

    assert (b"\x89PNG\r\n\x1a\n", width) == (png[:8], int.from_bytes(png[16:20], "big"))


@pytest.mark.parametrize("dots", [0, 71, 301, 100_000])
def test_a_resolution_out_of_range_is_refused(printer: TypstPrinter, dots: int) -> None:
    """72 to 300 dots per inch: a picture of 100,000 would take the machine's memory."""
    with pytest.raises(InputInvalid) as caught:
        printer.png(FACE, dots)

    assert ["$.dots_per_inch"] == [problem.path for problem in caught.value.problems]


def test_the_qr_code_on_the_page_is_that_of_the_verification_address(printer: TypstPrinter) -> None:
    """Every module of the printed code, sampled at its middle, is the module of the code for the address."""
    dots = 300
    document = pypdfium2.PdfDocument(printer.pdf(FACE))
    page = document[0].render(scale=dots / 72, grayscale=True)
    pixels, stride = bytes(page.buffer), page.stride
    document.close()
    expected = [
        list(row) for row in segno.make(FACE.verification_url, error="m", mask=2, boost_error=False).matrix
    ]
    modules = len(expected) + 8  # with the quiet zone of four on each side
    left, side = 34 / 25.4 * dots, 28 / 25.4 * dots
    top = page.height - 24 / 25.4 * dots - side

    def dark(row: int, column: int) -> int:
        x = left + (column + 4.5) / modules * side
        y = top + (row + 4.5) / modules * side
        return int(pixels[int(y) * stride + int(x)] < 128)

    size = range(len(expected))

    assert expected == [[dark(row, column) for column in size] for row in size]


def test_the_template_sets_without_a_warning(printer: TypstPrinter) -> None:
    """No family is unknown and no construct is on its way out."""
    seen: list[typst.TypstWarning] = []

    class Listening:
        def compile(self, **arguments: object) -> bytes:
            page, warnings = printer._compiler.compile_with_warnings(**arguments)
            seen.extend(warnings)
            return page

    listener = TypstPrinter()
    listener.__dict__["_compiler"] = Listening()
    listener.pdf(FACE)

    assert [] == seen


def test_the_font_of_the_heading_has_every_character_of_it() -> None:
    """The heading's font is a subset: a word changed in the template must not fall back to thin strokes."""
    with TTFont(FONTS / "title.otf") as font:
        covered = set(font.getBestCmap())
    template = (FONTS.parent / "certificate.typ").read_text("utf-8")
    heading = template.partition('#let heading = "')[2].partition('"')[0]

    assert "医师定期考核合格证书" == heading
    assert set() == {c for c in heading + "合格" if ord(c) not in covered}


def test_a_font_folder_adds_characters(printer: TypstPrinter, tmp_path: Path) -> None:
    """A site that has physicians with rarer names adds a font, and the name prints."""
    face = attrs.evolve(FACE, name="王𬎆")
    (tmp_path / "rare.ttf").write_bytes(a_font_with("𬎆"))
    extended = TypstPrinter(tmp_path)

    assert ("𬎆",) == printer.unprintable(face)
    assert () == extended.unprintable(face)
    assert "王𬎆" in text_of(extended.pdf(face))


def test_a_font_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    """A mistyped folder is told at once, not at the first rare name."""
    with pytest.raises(DefinitionError):
        TypstPrinter(tmp_path / "no-such-folder")


@settings(max_examples=30)
@given(
    name=st.text(
        st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF) | st.characters(), min_size=1, max_size=12
    )
)
def test_a_name_is_refused_or_set_whole(printer: TypstPrinter, name: str) -> None:
    """There is no third way: never a page with part of a name."""
    face = attrs.evolve(FACE, name=name)
    if printer.unprintable(face):
        with pytest.raises(Unprintable):
            printer.pdf(face)
    else:
        assert "".join(name.split()) in text_of(printer.pdf(face))


def a_font_with(character: str) -> bytes:
    """A font of one character, drawn like the first of the heading."""
    with TTFont(FONTS / "title.otf") as font:
        table = CmapSubtable.newSubtable(12)
        table.platformID, table.platEncID, table.language = 3, 10, 0
        table.cmap = {ord(character): font.getBestCmap()[ord("医")]}
        font["cmap"].tables = [table]
        for record in font["name"].names:
            record.string = str(record).replace("Kaohe Title", "Rare Characters")
        file = io.BytesIO()
        font.save(file)
    return file.getvalue()


@pytest.fixture(scope="module")
def drawers() -> Iterator[Drawers]:
    drawing = Drawers(processes=2)
    yield drawing
    drawing.close()


def test_many_pages_are_those_that_are_set_one_by_one(printer: TypstPrinter, drawers: Drawers) -> None:
    """Processes of their own set the same bytes in the order of the faces; what cannot be printed has no page, and
    stops no other."""
    faces = [attrs.evolve(FACE, number=f"DK{index:07}") for index in range(3)]
    pages = drawers.pdfs([*faces, attrs.evolve(FACE, name="朱\u202e欣华"), FACE])

    assert [*(printer.pdf(face) for face in faces), None, printer.pdf(FACE)] == pages
    assert [] == drawers.pdfs([])


def test_a_process_that_is_killed_is_started_again(printer: TypstPrinter, drawers: Drawers) -> None:
    """Nobody notices where one has ended between two pages, by itself or by force."""
    drawers.pdfs([FACE, FACE])
    children = list(drawers._children.values())
    for child in children:
        child.kill()
        child.wait()

    assert [printer.pdf(FACE)] * 2 == drawers.pdfs([FACE, FACE])
    assert not {child.pid for child in children} & {child.pid for child in drawers._children.values()}


def test_what_never_draws_is_an_outage_and_not_a_wrong_face(tmp_path: Path) -> None:
    """A process that cannot start (its fonts are gone) is tried twice, and then told as something to try later."""
    with pytest.raises(StoreUnavailable):
        Drawers(tmp_path / "gone", 1).pdfs([FACE])


def test_a_drawing_process_ends_with_whoever_it_draws_for(printer: TypstPrinter) -> None:
    """A kill -9 of the one leaves no process of the other behind: the end of its input is its end."""
    drawing = Drawers(processes=1)
    drawing.pdfs([FACE])
    (child,) = drawing._children.values()
    drawing.close()

    assert 0 == child.returncode


LETTER = Letter(
    title="医师定期考核结果通知书",
    addressee="朱欣华医师、某某市第一人民医院",
    rows=(("姓名", "朱欣华"), ("考核程序", ""), ("考核结果", "不合格")),
    paragraphs=(
        "根据《医师定期考核管理办法》，现将考核结果书面通知如上。",
        "#set page(fill: red) *不是* 标记。",
    ),
    signed="考核机构：某某市第二人民医院",
    day=date(2024, 3, 8),
)


@pytest.mark.manual("R-15.1")
def test_a_letter_says_everything_as_text(printer: TypstPrinter) -> None:
    """Title, table, paragraphs, who signs and the day; data is never markup, and the bytes are the same each time."""
    pdf = printer.letter(LETTER)
    text = text_of(pdf)
    expected = [*(text for _, _, text in LETTER.texts), "2024年3月8日", "—"]

    assert [] == [part for part in expected if "".join(part.split()) not in text]
    assert pdf == printer.letter(LETTER) == TypstPrinter().letter(LETTER)
    assert pdf.startswith(b"%PDF-1.7")


def test_a_letter_is_whole_or_not_set(printer: TypstPrinter) -> None:
    """A character that no font covers is told with its place."""
    with pytest.raises(Unprintable) as caught:
        printer.letter(attrs.evolve(LETTER, signed="考核机构\u202e"))

    assert ["$.signed"] == [problem.path for problem in caught.value.problems]
