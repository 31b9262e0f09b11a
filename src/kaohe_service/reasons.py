"""
Reasons of a refusal, for people and machines: code, Chinese label, what was wanted and met, and the rule's source.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from kaohe_service.advice import advice_on
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.looking import OwnMatter
from kaohe_workflow.statechart.deciding import (
    Explained,
    GuardUnmet,
    NoRow,
    Reason,
    ReasonMissing,
    RoleMissing,
    SecondPersonNeeded,
    UnknownEvent,
    Unmet,
)
from kaohe_workflow.statechart.model import INITIAL, By, Statechart
from kaohe_workflow.values.citations import Citation
from kaohe_workflow.values.terms import RELATIONS, ROLES


@attrs.frozen
class ReasonWriter:
    """Writes the reasons of one lifecycle as plain data, with the words of its chart."""

    chart: Statechart

    @classmethod
    def of(cls, catalogue: Catalogue, lifecycle: str) -> ReasonWriter:
        """The writer with the newest chart of a lifecycle."""
        return cls(catalogue.charts[lifecycle][catalogue.newest(lifecycle)])

    def state_label(self, state: str) -> str:
        """What people call a state; the name itself for one that this version no longer has."""
        if state == INITIAL:
            return "尚未建立"
        found = self.chart.by_name.get(state)
        return (found.label or state) if found else state

    def explained(self, one: Explained) -> dict[str, Any]:
        """One event of a case: whether it would fire, what is still to be given, and why not."""
        return {
            "event": one.event,
            "label": one.label,
            "allowed": one.allowed,
            "reason_required": one.reason_required,
            "to_give": [
                {
                    "fact": fact.name,
                    "label": fact.label,
                    "type": fact.type,
                    "values": list(fact.values),
                    "value_labels": [fact.label_of(value) for value in fact.values],
                }
                for fact in one.to_give
            ],
            "reasons": self.all(one.reasons),
        }

    def advice(self, unmet: Unmet) -> str:
        """What the reader can do about a comparison that does not hold; empty where there is nothing to say."""
        return advice_on(self.chart.name, unmet)

    def all(self, reasons: Iterable[Reason]) -> list[dict[str, Any]]:
        """
        Reasons in their order; the same one from several rows once.

        ``rows`` are the chart's rows that ask for it, counted from 0: who meets all reasons of one row has met enough.
        """
        written: list[dict[str, Any]] = []
        rows: list[list[int]] = []
        for reason in reasons:
            plain = self.one(reason)
            if plain not in written:
                written.append(plain)
                rows.append([])
            asking = rows[written.index(plain)]
            if reason.row is not None and reason.row not in asking:
                asking.append(reason.row)
        return [plain | {"rows": asking} for plain, asking in zip(written, rows, strict=True)]

    def one(self, reason: Reason) -> dict[str, Any]:
        """One reason."""
        match reason:
            case GuardUnmet():
                return self._guard(reason)
            case OwnMatter():
                return self._role(reason) | {"label": OWN_MATTER}
            case RoleMissing():
                return self._role(reason)
            case NoRow():
                return self._no_row(reason)
            case ReasonMissing():
                return _plain(reason.code, "须填写理由")
            case SecondPersonNeeded():
                return _plain(reason.code, "须由另一名实名人员办理")
            case UnknownEvent():
                return _plain(reason.code, "没有这一事项")

    def _guard(self, reason: GuardUnmet) -> dict[str, Any]:
        return _plain(
            reason.code,
            reason.label,
            guard=reason.name or None,
            unmet=[self._unmet(one) for one in reason.unmet],
            citations=[{"code": cite, "label": Citation.parse(cite).label} for cite in reason.cites],
        )

    def _role(self, reason: RoleMissing) -> dict[str, Any]:
        return _plain(
            reason.code,
            only_for(reason.by),
            by=[{"role": by.role, "relation": by.relation, "label": _by_label(by)} for by in reason.by],
        )

    def _no_row(self, reason: NoRow) -> dict[str, Any]:
        allowed = [{"state": state, "label": self.state_label(state)} for state in reason.allowed_in]
        told = f"当前状态（{self.state_label(reason.state)}）不能办理此事项"
        if allowed:
            told += f"，须为：{'、'.join(dict.fromkeys(one['label'] for one in allowed))}"
        return _plain(reason.code, told, allowed_in=allowed)

    def _unmet(self, unmet: Unmet) -> dict[str, Any]:
        fact = self.chart.fact.get(unmet.fact)
        return {
            "fact": unmet.fact,
            "label": unmet.label,
            "wanted": list(unmet.values),
            "wanted_labels": [fact.label_of(value) if fact else str(value) for value in unmet.values],
            "at_least": unmet.at_least,
            "at_most": unmet.at_most,
            "wanted_label": unmet.wanted_label,
            "actual": unmet.actual if unmet.known else None,
            "actual_label": actual_label(unmet),
            "unit": unmet.unit,
            "note": unmet.note,
            "advice": self.advice(unmet),
        }


def actual_label(unmet: Unmet) -> str:
    """What a fact is, for people; what nobody knows is not told as the value that refuses."""
    return unmet.actual_label if unmet.known else "不详"


OWN_MATTER = "涉及本人的事项须由本单位其他人员办理"
"""Why an operator may not decide on the own file, whatever the account may do (see `access.grants`)."""


def only_for(bys: Iterable[By]) -> str:
    """Who may send an event, in a sentence."""
    return f"仅限{'、'.join(_by_label(by) for by in bys)}办理"


def _plain(code: str, label: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "label": label, **more}


def _by_label(by: By) -> str:
    return f"{ROLES.get(by.role, by.role)}（{RELATIONS.get(by.relation, by.relation)}）"
