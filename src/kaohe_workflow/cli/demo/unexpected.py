"""
What a directory asks for and the rules did not give, with file and row: one entry a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from kaohe_workflow.cli.demo.directory import RESULTS, Directory, Results
from kaohe_workflow.cli.demo.script import SCRIPT, Makeup, Review, ScriptLine, Waiver
from kaohe_workflow.cli.demo.tracing import Trace
from kaohe_workflow.values.terms import Stage


@attrs.frozen
class Unexpected:
    """A row that was not, or not wholly, followed; ``row`` counts the file's rows from 1, headings included."""

    file: str
    row: int
    code: str
    reason: str


def unexpected(directory: Directory, traces: Mapping[str, Trace]) -> tuple[Unexpected, ...]:
    """Every such row of script and results, by file and row."""
    found = [Unexpected(SCRIPT, line.row, "line-unmatched", why) for line, why in directory.stray_lines]
    for number, line in directory.script.items():
        why_not = tuple(_not_followed(line, traces[number])) if number in traces else ("该医师没有考核记录",)
        if why_not:
            found.append(Unexpected(SCRIPT, line.row, "not-followed", "；".join(why_not)))
    for stage, results in directory.results.items():
        found += _scores(stage, results, directory, traces)
    return tuple(sorted(found, key=lambda entry: (_FILES.index(entry.file), entry.row)))


_FILES = (SCRIPT, *RESULTS.values())


def _not_followed(line: ScriptLine, trace: Trace) -> Iterator[str]:
    if line.enrol and not trace.has("enrol"):
        yield "允许报名未被接受" + _why(trace, "enrol")
    if line.submits:
        yield from _filing(line, trace)
    yield from _reviews(line, trace)
    if line.exemption is not None and _OUTCOMES[line.exemption] not in trace.exemption:
        yield "未到免考审核，或免考审核的结果与脚本不同"
    if line.makeup is not None and not trace.has(_DECISIONS[line.makeup]):
        yield "未进入待确认补考，补考决定未执行" + _why(trace, _DECISIONS[line.makeup])


def _why(trace: Trace, *events: str) -> str:
    """What stood in the way, if a rule refused it; empty where it was never tried."""
    unmet = trace.unmet(*events)
    return f"，不符合：{'、'.join(unmet)}" if unmet else ""


_OUTCOMES = {
    Waiver.GRANTED: "granted",
    Waiver.REFUSED_BY_INSTITUTION: "institution_refused",
    Waiver.REFUSED_BY_AGENCY: "agency_refused",
}
_DECISIONS = {Makeup.CONFIRMED: "confirm_makeup", Makeup.REFUSED: "refuse_makeup"}


def _filing(line: ScriptLine, trace: Trace) -> Iterator[str]:
    if not trace.has("enrol"):
        yield "未确认参加，不能报名"
        return
    if line.simplified_refused_first and not trace.refused_simplified:
        yield "简易程序报名未被拒绝"
    if not trace.ever_submitted:
        yield "报名被拒绝" + _why(trace, "submit")


def _reviews(line: ScriptLine, trace: Trace) -> Iterator[str]:
    if line.institution is not None and not trace.has("submit_opinion"):
        yield "未到机构审核，机构意见未提交" + _why(trace, "submit_opinion", "return")
    if line.agency is None:
        return
    returned = ("return", "awaiting_agency_review") in trace.events
    if not trace.has("pass", "confirm_fail") or (line.agency is Review.RETURN_THEN_PASS and not returned):
        yield "未到考核机构复核，复核未完成" + _why(trace, "pass", "confirm_fail", "return")


def _scores(
    stage: Stage, results: Results, directory: Directory, traces: Mapping[str, Trace]
) -> Iterator[Unexpected]:
    file, people = RESULTS[stage], directory.roster.people
    for bad in results.preview.bad:
        yield Unexpected(file, bad.row, bad.code, bad.message)
    for row in results.preview.good:
        if row.id_number not in people:
            yield Unexpected(file, row.row, "person-unknown", "名单中没有该证件号码的有效行")
            continue
        trace = traces.get(row.id_number)
        score = trace.scores.get((row.paper, row.stage)) if trace is not None else None
        # Scores of the other stage are not recorded from this file, whatever that stage's own file says.
        if row.stage is not stage or score != row.score:
            yield Unexpected(
                file, row.row, "paper-not-open", f"没有可录入成绩的{row.stage.label}{row.paper.label}试卷"
            )
