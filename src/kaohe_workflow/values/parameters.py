"""
What a province may set: thresholds, days, papers, grounds, each with its bounds.

`Parameters` is the whole sheet of one day; the defaults are those of the manual's province. How they change from one
day to another stands in `timeline`. Values come from files, which an adapter reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType

import attrs

from kaohe_workflow.values.parameter_kinds import (
    DeferralOffice,
    FactorHolder,
    InitialPasswordPolicy,
    MakeupDelegate,
    MakeupMeaning,
    PaperRow,
    ParameterKind,
    PasswordRule,
    ProvincialGround,
    ScoreRule,
    SimilarityMeasure,
    Sitter,
    flag,
    grounds,
    integer,
    of_some,
    optional_day,
    optional_text,
    paper_rows,
    term,
    terms,
    text,
)
from kaohe_workflow.values.terms import (
    AttachmentKind,
    CheatingConsequence,
    PaperKind,
    Procedure,
    RecordLevel,
    Stage,
)


@attrs.frozen(kw_only=True)
class Parameters:
    """
    The parameters of one province on one day.

    Days are calendar days, years are full years. Each parameter is read by a rule: what no rule reads has
    no name here, and a file that sets it is refused. Pass lines are only
    proposed: what holds is published after the sitting.

    Raises:
        ValueError: a value is outside the bounds of its kind in `KINDS`.
    """

    eligible_if_registered_by: date | None = None
    voluntary_allowed: bool = True

    simplified_years_long: int = 12
    simplified_years_with_record: int = 5
    count_assistant_years: bool = True
    good_record_minimum_level: RecordLevel = RecordLevel.CITY
    simplified_grounds: tuple[ProvincialGround, ...] = ()
    other_opinions_required: bool = False

    list_approval: bool = False

    exemption_grounds: tuple[ProvincialGround, ...] = (
        ProvincialGround(
            code="residency_training",
            label="考核周期内完成住院医师规范化培训",
            exclusions=("全科医师转岗培训",),
            evidence="规范化培训合格证书",
        ),
        ProvincialGround(
            code="title_promotion",
            label="考核周期内通过晋升上一级专业技术职务考试",
            exclusions=("执业助理医师取得执业医师资格",),
            evidence="专业技术资格证书",
        ),
    )
    exemption_with_registration: bool = False

    deferral: bool = False
    deferral_office: DeferralOffice = DeferralOffice.AGENCY
    deferral_grounds: tuple[ProvincialGround, ...] = ()

    return_grace_days: int = 3
    recall_minutes: int = 10
    claim_minutes: int = 30
    draft_purge_days: int = 30
    amendment_days: int = 10

    papers_general: tuple[PaperKind, ...] = (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL)
    papers_simplified: tuple[PaperKind, ...] = (PaperKind.HUMANITIES,)
    papers_otherwise: tuple[PaperRow, ...] = ()
    practice_days: int = 30
    papers_in_order: bool = False
    paper_minutes: int = 60
    paper_attempts: int = 1
    score_rule: ScoreRule = ScoreRule.BEST
    pass_line_licensed: int = 60
    pass_line_assistant: int = 55
    face_check: bool = True
    similarity_threshold_percent: int = 40
    similarity_measure: SimilarityMeasure = SimilarityMeasure.MINIMUM
    photo_interval_seconds: int = 180

    makeup_offered: bool = True
    makeup_meaning: MakeupMeaning = MakeupMeaning.PRE_VERDICT
    makeup_papers_general: tuple[PaperKind, ...] = ()
    makeup_papers_simplified: tuple[PaperKind, ...] = ()
    makeup_training_days: int = 0
    makeup_delegated_to: MakeupDelegate = MakeupDelegate.NONE
    opinion_fail_makeup: bool = False

    suspension_order_days: int = 30
    reassessment_days: int = 30
    deemed_receipt_days: int = 7
    notice_lead_days: int = 60
    opinion_lead_days: int = 30
    absence_confirm_working_days: int = 5
    cheating_consequence: CheatingConsequence = CheatingConsequence.UNQUALIFIED
    cheating_report_days: int = 10
    hearing_days: int = 5
    agency_minimum_beds: int = 100
    agency_minimum_physicians: int = 50
    agency_resubmit_days: int = 5
    agency_bar_cycles: int = 2

    attachment_kinds: tuple[AttachmentKind, ...] = tuple(AttachmentKind)
    attachment_maximum_mebibytes: int = 10

    initial_password_policy: InitialPasswordPolicy = InitialPasswordPolicy.CODE
    initial_password_hours: int = 72
    password_rule: PasswordRule = PasswordRule.MANUAL
    second_factor_for: tuple[FactorHolder, ...] = ()

    photos_kept_days: int = 180
    job_results_kept_days: int = 30
    dispatches_kept_days: int = 90

    log_in_free_tries: int = 5
    log_in_longest_wait_minutes: int = 15
    log_in_institution_burst: int = 200
    log_in_institution_per_minute: int = 60
    tried_accounts_alert: int = 20
    tried_accounts_minutes: int = 10
    resets_alone: int = 10
    resets_minutes: int = 10

    certificate_issuing_authority: str | None = None
    certificate_number_prefix: str = "YSDK"
    certificate_statement: str = "上列医师参加本周期医师定期考核，业务水平、工作成绩和职业道德经考核评定"
    certificate_note: str = "本证书加盖发证机关印章后生效"

    def __attrs_post_init__(self) -> None:
        for name, kind in KINDS.items():
            kind.read(getattr(self, name))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return every parameter's name, in the order of the sheet."""
        return tuple(field.name for field in attrs.fields(cls))

    @cached_property
    def integers(self) -> Mapping[str, int]:
        """The whole-number parameters, which a chart may name as thresholds."""
        return {
            name: value for name, value in attrs.asdict(self, recurse=False).items() if type(value) is int
        }

    def papers(self, sitter: Sitter) -> tuple[PaperKind, ...]:
        """Return the papers of the first stage, in their order: by the first row that is about the sitter, if any."""
        general = sitter.procedure is Procedure.GENERAL
        return of_some(self.papers_otherwise, sitter, Stage.FIRST) or (
            self.papers_general if general else self.papers_simplified
        )

    def exemption_exclusions(self, code: str) -> tuple[str, ...]:
        """Return what does not count under the ground of exemption of this code; nothing where it is not listed."""
        return next((ground.exclusions for ground in self.exemption_grounds if ground.code == code), ())

    @property
    def offers_makeup(self) -> bool:
        """Whether a paper may be sat again before the verdict (A-14 of the parameters: `pre_verdict`)."""
        return self.makeup_offered and self.makeup_meaning is MakeupMeaning.PRE_VERDICT

    @property
    def reassesses_by_papers(self) -> bool:
        """Whether 补考 is the 再次考核 of the law: papers are sat again after the suspension, not before."""
        return self.makeup_meaning is MakeupMeaning.STATUTORY

    @property
    def lines_ahead(self) -> bool:
        """Whether a score must be judged while the paper may still be sat, so that its line is known before."""
        return self.papers_in_order or self.paper_attempts > 1

    def makeup_papers(self, sitter: Sitter) -> tuple[PaperKind, ...]:
        """Return the fixed papers of the make-up, rows first; empty means those kinds that were not passed."""
        general = sitter.procedure is Procedure.GENERAL
        return of_some(self.papers_otherwise, sitter, Stage.MAKEUP) or (
            self.makeup_papers_general if general else self.makeup_papers_simplified
        )


KINDS: Mapping[str, ParameterKind] = MappingProxyType(
    {
        "eligible_if_registered_by": optional_day("须参加考核的最迟首次注册日"),
        "voluntary_allowed": flag("允许自愿参加"),
        "simplified_years_long": integer("简易程序：无不良行为记录所需执业年限", "年", 1, 60),
        "simplified_years_with_record": integer("简易程序：有良好行为记录所需执业年限", "年", 1, 60),
        "count_assistant_years": flag("执业助理医师年限计入执业年限"),
        "good_record_minimum_level": term("良好行为记录最低级别", RecordLevel),
        "simplified_grounds": grounds("简易程序的省定情形"),
        "other_opinions_required": flag("须有其他执业机构意见"),
        "list_approval": flag("申请简易程序、免考、延考前须审核考核名单"),
        "exemption_grounds": grounds("免考情形"),
        "exemption_with_registration": flag("免考可随报名申请"),
        "deferral": flag("办理延考"),
        "deferral_office": term("延考备案的机关", DeferralOffice),
        "deferral_grounds": grounds("延考情形"),
        "return_grace_days": integer("驳回后补正期限", "日", 0, 60),
        "recall_minutes": integer("撤回本人决定的时限", "分钟", 0, 1440),
        "claim_minutes": integer("打开审核后他人不能打开的时限", "分钟", 0, 1440),
        "draft_purge_days": integer("取消报名后草稿的保留期限", "日", 1, 3650),
        "amendment_days": integer("医师信息修改申请的机构审核期限", "日", 1, 365),
        "papers_general": terms("一般程序试卷", PaperKind, required=True),
        "papers_simplified": terms("简易程序试卷", PaperKind, required=True),
        "papers_otherwise": paper_rows("按类别或级别另定的试卷"),
        "practice_days": integer("模拟测评在测评开始前开放的天数（0为不开放）", "日", 0, 365),
        "papers_in_order": flag("试卷依次开放"),
        "paper_minutes": integer("答题时长", "分钟", 1, 600),
        "paper_attempts": integer("每门试卷可作答次数", "次", 1, 10),
        "score_rule": term("多次作答时的成绩", ScoreRule),
        "pass_line_licensed": integer("合格线的建议值（执业医师）", "分", 0, 100),
        "pass_line_assistant": integer("合格线的建议值（执业助理医师）", "分", 0, 100),
        "face_check": flag("开始测评时核验本人"),
        "similarity_threshold_percent": integer("监考照片相似度的提示线（低于）", "%", 1, 100),
        "similarity_measure": term("提示线所比较的相似度", SimilarityMeasure),
        "photo_interval_seconds": integer("监考照片的间隔（不超过）", "秒", 10, 3600),
        "makeup_offered": flag("提供补考"),
        "makeup_meaning": term("补考的性质", MakeupMeaning),
        "makeup_papers_general": terms("一般程序补考试卷", PaperKind),
        "makeup_papers_simplified": terms("简易程序补考试卷", PaperKind),
        "makeup_training_days": integer("补考前培训", "日", 0, 365),
        "makeup_delegated_to": term("受省级委托确认补考的行政部门", MakeupDelegate),
        "opinion_fail_makeup": flag("评定意见不合格者可在确认补考前重新评定"),
        "suspension_order_days": integer("责令暂停执业的提醒：可以责令之后", "日", 0, 365),
        "reassessment_days": integer("再次考核的提醒：暂停执业期满之后", "日", 0, 365),
        "deemed_receipt_days": integer("通知送达后视为收到的期限", "日", 0, 60),
        "notice_lead_days": integer("测评前通知医师的期限", "日", 1, 120),
        "opinion_lead_days": integer("测评前报送评定意见的期限", "日", 0, 120),
        "absence_confirm_working_days": integer("考核机构确认缺考的期限", "个工作日", 1, 30),
        "cheating_consequence": term("认定作弊的后果", CheatingConsequence),
        "cheating_report_days": integer("疑似作弊自动上报前的期限", "日", 0, 60),
        "hearing_days": integer("作弊认定前陈述申辩的期限", "日", 1, 60),
        "agency_minimum_beds": integer("考核机构：医疗机构的床位数", "张", 0, 10_000),
        "agency_minimum_physicians": integer("考核机构：预防、保健机构的医师人数", "人", 0, 10_000),
        "agency_resubmit_days": integer("申请考核机构：退回后再次提交的期限", "日", 0, 60),
        "agency_bar_cycles": integer("取消考核机构资格后不得申请的周期数", "个", 2, 100),
        "attachment_kinds": terms("附件的文件类型", AttachmentKind, required=True),
        "attachment_maximum_mebibytes": integer("附件的大小上限", "MiB", 1, 20),
        "initial_password_policy": term("新账户的开通方式", InitialPasswordPolicy),
        "initial_password_hours": integer("统一的初始密码的开放时间", "小时", 1, 168),
        "password_rule": term("密码规则", PasswordRule),
        "second_factor_for": terms("须用动态口令登录的账户", FactorHolder),
        "photos_kept_days": integer("监考照片在结果作出后保存的时间", "日", 30, 3_650),
        "job_results_kept_days": integer("批量任务的结果保留的时间", "日", 1, 3_650),
        "dispatches_kept_days": integer("已送达或放弃送达的外发消息的记录保留的时间", "日", 7, 3_650),
        "log_in_free_tries": integer("登录输错后不须等候的次数", "次", 1, 20),
        "log_in_longest_wait_minutes": integer("登录输错后最长的等候时间", "分钟", 1, 60),
        "log_in_institution_burst": integer("一个机构的账户可连续尝试登录的次数", "次", 10, 10_000),
        "log_in_institution_per_minute": integer("此后一个机构的账户每分钟可尝试登录的次数", "次", 1, 6_000),
        "tried_accounts_alert": integer("通知机构：被试密码的账户数", "个", 2, 1_000),
        "tried_accounts_minutes": integer("通知机构：统计被试账户的时间", "分钟", 1, 1_440),
        "resets_alone": integer("不须他人放行的重置密码次数", "次", 1, 100),
        "resets_minutes": integer("统计重置密码次数的时间", "分钟", 1, 1_440),
        "certificate_issuing_authority": optional_text("考核合格证书的发证机关（none：本省省级机构的名称）"),
        "certificate_number_prefix": text("考核合格证书编号前缀"),
        "certificate_statement": text("考核合格证书正文的开头（其后为结果确定之日和考核结果）"),
        "certificate_note": text("考核合格证书的生效说明"),
    }
)
"""Parameter → how it is called, in what unit, and which values it may take."""
