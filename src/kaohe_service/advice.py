"""
What the reader of a refusal can do about a fact that stands in the way, where its label does not say so already.

What a fact itself knows (the days of a window, the fields that are blank) is told by its lifecycle; here is what is
true whoever asks. Nothing is said where nothing can be done.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kaohe_workflow.statechart.deciding import Unmet
from kaohe_workflow.statechart.predicates import Value

Place = tuple[str, str, Value]
"""Lifecycle, fact, and the value of it that stands in the way."""

_ANOTHER = "请由另一名具名人员办理"
_PROOF = "请先上传文件，再写明其编号"
_COMPLETE = "请先由该机构完善机构信息"
_REVIEWER = "请由不须回避的具名人员办理"
_CLAIMED = "请等待其办理完毕，或联系其取消"
_LIST_MISSING = "请联系所在机构报送考核名单"
_LIST_WAITING = "请待考核机构审核考核名单"
_LIST_SHORT = "请联系所在机构补充报送考核名单"

ADVICE: Mapping[Place, str] = MappingProxyType(
    {
        ("cycle", "shortening_confirmed", False): "确要缩短的，请确认后重新提交",
        ("cycle", "reopens_ended", True): "测评已结束的，请办理延长测评",
        ("cycle", "windows_by_another", False): _ANOTHER,
        ("cycle", "line_by_another", False): _ANOTHER,
        ("cycle", "evaluation_over", True): "请核对年份，改正时间安排后再发布",
        ("cycle", "filings_exist", True): "已有报名的周期不能作废，只能归档",
        ("institution", "place", "misplaced"): "请选择级别更高且未关闭的行政部门作上级",
        ("institution", "credit_code_free", False): "请核对代码；该机构已建立的，请勿重复创建",
        ("institution", "new_kind", "other_side"): "请关闭本机构，按正确的类型另建",
        ("institution", "new_kind", "subordinates"): "请先更正或调整下属机构",
        ("institution", "new_kind", "physicians"): "请先将在册医师调离",
        ("institution", "new_kind", "departments"): "请先由该机构修改科室关联的科目",
        ("institution", "new_kind", "applying"): "请先办结该申请",
        ("institution", "agency_approved", False): "请从本周期考核机构名单中选择",
        ("institution", "agency_correcting", True): "请另选考核机构，或待其整改完成",
        ("institution", "any_subordinates", True): "请先调整下属机构的上级",
        ("institution", "has_subordinates", True): "请先关闭下属机构，或调整其上级",
        ("institution", "no_physicians", False): "请先将在册医师调离",
        ("institution", "serves_others", True): "请先为这些机构另行指派",
        ("institution", "superior_open", False): "请先调整上级机构",
        ("agency_application", "institution_active", False): _COMPLETE,
        ("agency_application", "applied_already", True): "请在原申请中继续办理",
        ("agency_application", "accounts_named", False): "请改用具名账户，或不填账户",
        ("agency_application", "report_given", False): "请该机构先提交整改报告",
        ("department", "name_free", False): "请换一个名称，或启用已有的同名科室",
        ("department", "subjects_known", False): "请从诊疗科目名录中选择",
        ("department", "no_physicians", False): "请先将其调整到其他科室",
        ("department", "no_draft", False): "请先由其改选科室",
        ("department", "no_filing", False): "请待其考核结束后再办理",
        ("account", "login_free", False): "请换一个账号",
        ("account", "code_valid", False): "请向发放单位重新索取激活码",
        ("account", "factor_right", False): "请输入此刻显示的动态口令，或一个未用过的恢复码",
        ("account", "factor_proposed", False): "请先申请绑定",
        ("account", "departments_here", False): "请从本机构已启用的科室中选择",
        ("affiliation", "id_unique", False): "已有档案的，请办理调入",
        ("affiliation", "institution_active", False): _COMPLETE,
        ("affiliation", "target_active", False): _COMPLETE,
        ("affiliation", "department_fits", False): "请另选科室",
        ("affiliation", "stays_known", False): "请填写姓名，或保留手机号码",
        ("affiliation", "locked_changed", True): "请改为提交医师信息修改申请",
        ("affiliation", "evidence_given", False): _PROOF,
        ("affiliation", "picture_given", False): "请上传图片文件",
        ("affiliation", "assessment", "in_progress"): "请待考核结束，或先退出考核",
        ("affiliation", "never_assessed", False): "请改为办理调离",
        ("amendment", "proof_given", False): _PROOF,
        ("amendment", "asked_already", True): "请待原申请办结，或先撤回",
        ("assessment", "attached", False): "请先办理调入",
        ("assessment", "as_registered", False): "请按登记填写",
        ("assessment", "opened", True): "需要修改的，请联系审核单位驳回",
        ("assessment", "claimed_by_another", True): _CLAIMED,
        ("assessment", "reviewer_conflict", "recused"): _REVIEWER,
        ("assessment", "reviewer_conflict", "unknown"): _REVIEWER,
        ("assessment", "claimed_by_sender", False): "请先打开审核",
        ("assessment", "opinion_given", "missing"): "工作成绩和职业道德都须选定",
        ("assessment", "in_open_sample", True): "请先完成该次抽查",
        ("assessment", "opinion_stands", True): "请先由卫生健康行政部门退回",
        ("assessment", "ordered_early", True): "须撤销的，请由卫生健康行政部门办理退出和恢复参加",
        ("assessment", "finding_evidence", False): _PROOF,
        ("assessment", "finding_by_another", False): _ANOTHER,
        ("assessment", "revocation_proven", False): _PROOF,
        ("assessment", "agency_passed", False): "请待考核机构复核通过",
        ("exemption", "stage_ok", False): "请待报名审核通过后、首次考核结束前办理",
        ("exemption", "attachments_given", False): _PROOF,
        ("exemption", "exclusions_declared", False): "请声明不属于这些情况；属于的，不能按该情形免考",
        ("exemption", "applied_already", True): "请在原申请中重新提交",
        ("exemption", "claimed_by_another", True): _CLAIMED,
        ("exemption", "reviewer_conflict", "recused"): _REVIEWER,
        ("exemption", "reviewer_conflict", "unknown"): _REVIEWER,
        ("exemption", "claimed_by_sender", False): "请先打开审核",
        ("deferral", "evidence_given", False): _PROOF,
        ("deferral", "applied_already", True): "请在原申请中重新提交",
        ("evaluation", "prerequisite", "waiting"): "请先参加在前的试卷",
        ("evaluation", "reminded", False): "请先提醒医师，再声明",
        ("evaluation", "delivery_complete", False): "请待省级定考办声明成绩送达",
        ("evaluation", "report_complete", False): "请写明情形，并附证明材料",
        ("evaluation", "force_majeure", "reported"): "请待考核机构上报",
        ("cheating", "evidence_given", False): "请附照片或其他证据",
        ("cheating", "statement_given", False): "请写明陈述的内容",
        ("recusal", "decider_concerned", True): _ANOTHER,
        ("recusal", "on_roster", False): "请从考核委员会名册中选择",
        ("result_review", "reviewer_conflict", "recused"): _REVIEWER,
        ("result_review", "reviewer_conflict", "unknown"): _REVIEWER,
        ("result_review", "applied_already", True): "请等待答复",
        ("result_review", "by_another", False): "请由未参与作出该结果的人员复核",
        ("result_review", "names_something", False): "请逐项写明须更正的意见、情形或成绩",
        ("enrolment_list", "anybody_enrolled", False): "请先允许医师报名",
        ("enrolment_list", "listed_already", True): "请在原名单中重新报送或补充报送",
        ("enrolment_list", "handed_in_by_sender", True): "请由另一名具名人员或另一账户审核",
        ("enrolment_list", "reviewer_conflict", "recused"): _REVIEWER,
        ("enrolment_list", "reviewer_conflict", "unknown"): _REVIEWER,
        ("assessment", "list_standing", "missing"): _LIST_MISSING,
        ("assessment", "list_standing", "waiting"): _LIST_WAITING,
        ("assessment", "list_standing", "returned"): _LIST_MISSING,
        ("assessment", "list_standing", "unlisted"): _LIST_SHORT,
        ("exemption", "list_standing", "missing"): _LIST_MISSING,
        ("exemption", "list_standing", "waiting"): _LIST_WAITING,
        ("exemption", "list_standing", "returned"): _LIST_MISSING,
        ("exemption", "list_standing", "unlisted"): _LIST_SHORT,
        ("deferral", "list_standing", "missing"): _LIST_MISSING,
        ("deferral", "list_standing", "waiting"): _LIST_WAITING,
        ("deferral", "list_standing", "returned"): _LIST_MISSING,
        ("deferral", "list_standing", "unlisted"): _LIST_SHORT,
        ("spot_check", "reviewer_conflict", "recused"): _REVIEWER,
        ("spot_check", "reviewer_conflict", "unknown"): _REVIEWER,
        ("spot_check", "fault_told", False): "请写明发现的问题",
        ("spot_check", "all_found", False): "请先逐一核实",
        ("spot_check", "faults_waiting", True): "请先驳回这些材料",
        ("follow_up", "reviewer_conflict", "recused"): _REVIEWER,
        ("follow_up", "reviewer_conflict", "unknown"): _REVIEWER,
        ("follow_up", "starts_today_or_later", False): "请填写今日或以后的日期",
        ("follow_up", "training_complete", False): "请填写培训机构和起止日期，不晚于今日",
        ("follow_up", "trained", False): "请先登记培训",
    }
)
"""Of each, one sentence that asks for something."""


def advice_on(lifecycle: str, unmet: Unmet) -> str:
    """Return what can be done about a comparison that does not hold; empty where there is nothing to say."""
    return ADVICE.get((lifecycle, unmet.fact, unmet.actual), "")
