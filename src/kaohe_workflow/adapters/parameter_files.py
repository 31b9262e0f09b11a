"""
Provincial parameters from files: ``statecharts/parameters/<province>.yaml``, one dated, cited block a value.

    province: somewhere
    label: 某省
    instruments:
      - {code: notice_2020, title: 某省医师定期考核通知, number: 2020年第1号}
    parameters:
      - {from: 2020-01-01, parameter: simplified_years_long, value: 12, cites: [measures/21, notice_2020]}

A province names its own notices here; what holds everywhere is in `values.citations`. One of the shipped files says
``default: true``: it counts where no province is named. Read as strictly as charts, by the same parser: an unknown or
repeated key is an error, and all problems of all files are reported at once, with their lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources.abc import Traversable

from kaohe_workflow.adapters.statechart_files import parse
from kaohe_workflow.errors import DefinitionError, Problem
from kaohe_workflow.statechart.nodes import Keys, Log, Node, Place, flag_at, text_at
from kaohe_workflow.values.citations import INSTRUMENTS, Citation, Instrument
from kaohe_workflow.values.timeline import ParameterBlock, Timeline

_FILE = Keys(required=("province", "label", "parameters"), optional=("instruments", "default"))
_INSTRUMENT = Keys(required=("code", "title", "number"), optional=("by_article",))
_BLOCK = Keys(required=("from", "parameter", "value", "cites"))


def load_parameters(root: Traversable) -> dict[str, Timeline]:
    """
    Return province → timeline for every file in ``root/parameters``.

    Args:
        root: the directory that holds the charts: a path, or packaged files.

    Raises:
        DefinitionError: there is no file, any of them is wrong (all problems at once), or several are the default.
    """
    problems: list[Problem] = []
    timelines: dict[str, Timeline] = {}
    directory = root.joinpath("parameters")
    found = sorted(directory.iterdir(), key=lambda file: file.name) if directory.is_dir() else []
    for file in found:
        if not file.name.endswith(".yaml"):
            continue
        try:
            timeline = read_timeline(file.read_text(encoding="utf-8"), file.name)
        except DefinitionError as ex:
            problems.extend(ex.problems)
            continue
        timelines[timeline.province] = timeline
    if problems:
        raise DefinitionError(problems)
    if not timelines:
        raise DefinitionError([Problem("parameters", "no-parameters", "没有任何省份的参数")])
    defaults = [timeline.province for timeline in timelines.values() if timeline.default]
    if len(defaults) > 1:
        message = f"未指定省份时至多有一个省份适用，现有：{'、'.join(defaults)}"
        raise DefinitionError([Problem("parameters", "several-defaults", message)])
    return timelines


def load_timeline(file: Traversable) -> Timeline:
    """
    The parameters of one province from a file of an installation's own.

    Raises:
        DefinitionError: ``parameters-unreadable``: no such file, or not UTF-8; otherwise all problems of the file.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as ex:
        message = "无法读取参数文件：请检查 KAOHE_PROVINCE 给出的路径、文件的权限和编码（UTF-8）"
        raise DefinitionError([Problem(str(file), "parameters-unreadable", message)]) from ex
    return read_timeline(text, file.name)


def read_timeline(text: str, name: str) -> Timeline:
    """
    Read the text of one file; ``name`` is the file's name, whose stem must be the province.

    Raises:
        DefinitionError: all problems of the file, each with file, line and path.
    """
    log = Log(name)
    fields = Place(parse(text, name, log), "$", log).fields(_FILE)
    province = fields["province"].text() if "province" in fields else ""
    if "province" in fields and f"{province}.yaml" != name:
        fields["province"].note("wrong-province", f"文件名须为{province}.yaml，现为{name}")
    label = text_at(fields, "label")
    named = {one.code: one for one in _instruments(fields["instruments"])} if "instruments" in fields else {}
    citable = {**INSTRUMENTS, **named}
    items = fields["parameters"].items() if "parameters" in fields else []
    blocks = tuple(block for item in items if (block := _block(item, citable)) is not None)
    default = flag_at(fields, "default")
    if log.problems:
        raise DefinitionError(log.problems)
    return Timeline(province, label, blocks, tuple(named.values()), default)


def _instruments(place: Place) -> Iterator[Instrument]:
    """The province's own; a code stands for one text, here and everywhere."""
    known = set(INSTRUMENTS)
    for item in place.items():
        fields = item.fields(_INSTRUMENT)
        if not all(key in fields for key in _INSTRUMENT.required):
            continue
        code = fields["code"].name()
        if code in known:
            fields["code"].note("duplicate", f"{code!r}已是另一文件的代码")
        known.add(code)
        yield Instrument(
            code, text_at(fields, "title"), text_at(fields, "number"), flag_at(fields, "by_article")
        )


def _block(place: Place, citable: Mapping[str, Instrument]) -> ParameterBlock | None:
    fields = place.fields(_BLOCK)
    if not all(key in fields for key in _BLOCK.required):
        return None
    starts_on = _day(fields["from"])
    cites = [cite for item in fields["cites"].items() if (cite := _citation(item, citable)) is not None]
    if not cites:
        fields["cites"].note("no-citation", "至少须写明一个依据")
    if starts_on is None:
        return None
    value = fields["value"]
    try:
        return ParameterBlock.read(
            starts_on, fields["parameter"].text(), _plain(value.node), cites, _position(value)
        )
    except DefinitionError as ex:
        for problem in ex.problems:
            value.note(problem.code, problem.message)
        return None


def _day(place: Place) -> date | None:
    text = place.text()
    try:
        return date.fromisoformat(text)
    except ValueError:
        place.note("no-day", f"{text!r}不是日期（如2020-01-01）")
        return None


def _citation(place: Place, citable: Mapping[str, Instrument]) -> Citation | None:
    try:
        return Citation.parse(place.text(), instruments=citable)
    except DefinitionError as ex:
        for problem in ex.problems:
            place.note(problem.code, problem.message)
        return None


def _position(place: Place) -> str:
    return f"{place.log.source}:{place.node.line} {place.path}"


def _plain(node: Node) -> object:
    if isinstance(node.value, tuple):
        return [_plain(item) for item in node.value]
    if isinstance(node.value, Mapping):
        return {key: _plain(value) for key, value in node.value.items()}
    return node.value
