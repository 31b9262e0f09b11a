"""The chart of a filing, small and with one of everything; who sends its events, and what they find."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from kaohe_workflow.adapters.statechart_files import read_statechart
from kaohe_workflow.statechart.deciding import Actor

CHART = read_statechart("""
chart: filing
version: 1
label: 申报
initial: none
facts:
  window: {type: enum, values: {before: 未开始, open: 进行中, over: 已结束}, label: 申报时间}
  years: {type: integer, minimum: 0, maximum: 90, unit: 年, label: 执业年限}
  misconduct: {type: boolean, label: 有不良行为记录}
  opinion: {type: enum, values: [good, bad], of: event, label: 意见}
  sure: {type: boolean, of: event, label: 已核对}
  due: {type: instant, label: 期限}
guards:
  in_window: {fact: window, is: open, label: 在申报时间内, cites: [manual/2.2.2]}
  simple:
    label: 符合简易程序条件
    cites: [measures/21]
    any:
      - all: [{fact: years, at_least: {parameter: long_years}}, {not: misconduct}]
      - {fact: years, at_least: 5, at_most: 6}
  not_over: {not: {fact: window, is: over}, label: 未结束}
states:
  open:
    label: 进行中
    deadline: {at: due, event: lapse}
    states:
      draft: {label: 草稿}
      sent: {label: 已提交, deadline: {parameter: review_days, event: lapse}}
  closed:
    label: 结束
    states:
      good: {label: 合格, final: true}
      bad: {label: 不合格, final: true}
transitions:
  - {event: create, label: 新建, from: none, to: draft, by: [{role: physician, relation: self}]}
  - event: submit
    label: 提交
    from: draft
    to: sent
    by: [{role: physician, relation: self}]
    when: [in_window, simple]
    do: [freeze, tell]
  - {event: save, label: 保存, from: open, by: [{role: physician, relation: self}], do: [keep]}
  - {event: save, label: 暂存, from: sent, by: [{role: institution, relation: own}]}
  - {event: return, label: 驳回, from: sent, to: draft, by: [{role: institution, relation: own}], reason: required}
  - event: judge
    label: 通过
    from: sent
    to: good
    by: [{role: institution, relation: own}]
    when: [not_over, {fact: opinion, is: good}, sure]
    four_eyes: true
  - event: judge
    label: 不通过
    from: sent
    to: bad
    by: [{role: institution, relation: own}]
    when: [not_over, {not: {fact: opinion, is: good}}]
    reason: required
  - {event: again, label: 重来, from: draft, to: draft, by: [{role: physician, relation: self}]}
  - {event: lapse, label: 过期, from: open, to: bad, by: [{role: system, relation: any}]}
""")

PHYSICIAN = Actor(frozenset({("physician", "self")}))
INSTITUTION = Actor(frozenset({("institution", "own"), ("auditor", "any")}))
FACTS = {"window": "open", "years": 12, "misconduct": False, "opinion": "good", "sure": True}


def facts(**changes: Any) -> SimpleNamespace:
    return SimpleNamespace(**FACTS | changes)
