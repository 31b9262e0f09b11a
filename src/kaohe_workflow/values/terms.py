"""
The words of the field: each term once, with the English code that is stored and the Chinese label shown.

A code never changes its meaning; a label may be reworded. Adding a term is adding a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from re import sub
from types import MappingProxyType
from typing import Self
from unicodedata import normalize

from kaohe_workflow.errors import InputInvalid, Problem


class LabelledEnum(StrEnum):
    """
    A code list: ``member`` is its English code, ``member.label`` the Chinese text for people.

    ``member.aliases`` are other spellings met in sheets; they are read, never written.

    >>> Level.from_label("执业医师")
    <Level.LICENSED: 'licensed'>
    >>> Level.LICENSED == "licensed", Level.LICENSED.label
    (True, '执业医师')
    """

    label: str
    aliases: tuple[str, ...]

    # Only the members below call this, and they give a label; the default lets type checkers see that a
    # look-up by code, `Level("licensed")`, takes the code alone.
    def __new__(cls, code: str, label: str = "", *aliases: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.aliases = aliases
        return member

    @classmethod
    def find_label(cls, text: str) -> Self | None:
        """Return the term of a label or alias, None where there is none; width and spaces do not matter."""
        found = _by_label(cls).get(_folded(text))
        return cls(found) if found is not None else None

    @classmethod
    def from_label(cls, text: str) -> Self:
        """
        Return the term of a label or alias.

        Raises:
            InputInvalid: no term has this label; the code is the list's name with ``-unknown``
                (``level-unknown``).
        """
        found = cls.find_label(text)
        if found is None:
            known = "、".join(member.label for member in cls)
            code = sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower() + "-unknown"
            raise InputInvalid([Problem("$", code, f"“{text}”不在可选值中：{known}")])
        return found

    @classmethod
    def labels(cls) -> Mapping[str, str]:
        """Return code → label, in the order of definition."""
        return MappingProxyType({member.value: member.label for member in cls})


@cache
def _by_label(kind: type[LabelledEnum]) -> Mapping[str, str]:
    return {
        _folded(spelling): member.value for member in kind for spelling in (member.label, *member.aliases)
    }


def _folded(text: str) -> str:
    return "".join(normalize("NFKC", text).split())


class Role(LabelledEnum):
    """Who somebody is towards the assessment."""

    PHYSICIAN = "physician", "医师"
    INSTITUTION = "institution", "医疗卫生机构"
    AGENCY = "agency", "考核机构"
    ADMINISTRATION = "administration", "卫生健康行政部门"
    PROVINCE = "province", "省级卫生健康行政部门"
    AUDITOR = "auditor", "审计员"
    SYSTEM = "system", "系统"


class Relation(LabelledEnum):
    """How a caller stands to one case; ``assigned`` is computed from the assignment of today."""

    SELF = "self", "本人"
    OWN = "own", "本机构"
    ASSIGNED = "assigned", "指派的考核机构"
    SUBTREE = "subtree", "辖区内"
    ANY = "any", "不限"


ROLES: Mapping[str, str] = Role.labels()
"""Code → label of every role; a chart's ``by`` may name no other."""

RELATIONS: Mapping[str, str] = Relation.labels()
"""Code → label of every relation."""

ROLE_INCLUDES: Mapping[str, frozenset[str]] = MappingProxyType(
    {Role.PROVINCE.value: frozenset({Role.ADMINISTRATION.value})}
)
"""A province's administration may do whatever an administration may."""

SAME_BODY: tuple[tuple[str, str], ...] = ((Role.INSTITUTION.value, Role.AGENCY.value),)
"""Roles that one organisation may hold at once: a hospital may assess its own physicians."""


class Level(LabelledEnum):
    """医师级别."""

    LICENSED = "licensed", "执业医师"
    ASSISTANT = "assistant", "执业助理医师", "助理医师"


class Category(LabelledEnum):
    """执业类别 (考核办法 第五条): 中医 holds 民族医 and 中西医结合 too."""

    CLINICAL = "clinical", "临床", "临床类别"
    TCM = "tcm", "中医", "中医类别"
    DENTAL = "dental", "口腔", "口腔类别"
    PUBLIC_HEALTH = "public_health", "公共卫生", "公卫", "公共卫生类别"


class Procedure(LabelledEnum):
    """考核程序 (考核办法 第二十条)."""

    GENERAL = "general", "一般程序", "一般"
    SIMPLIFIED = "simplified", "简易程序", "简易"


class Ground(LabelledEnum):
    """Why 简易程序 is asked for (考核办法 第二十一条); ``none`` for 一般程序."""

    NONE = "none", "无"
    FIVE_YEARS = "five_years", "具有5年以上执业经历，在考核周期内有良好行为记录"
    TWELVE_YEARS = "twelve_years", "具有12年以上执业经历，在考核周期内无不良行为记录"
    PROVINCIAL = "provincial", "省级以上卫生健康行政部门规定的其他情形"


class PaperKind(LabelledEnum):
    """试卷 of the 测评."""

    HUMANITIES = "humanities", "医学人文", "医学人文测评", "医学人文测评试卷"
    PROFESSIONAL = "professional", "业务水平专业知识", "业务水平专业知识测评", "业务水平专业知识测评试卷"
    PUBLIC = "public", "公共知识"
    COMBINED = "combined", "综合"
    STATEMENT = "statement", "述职报告"


class Stage(LabelledEnum):
    """考核阶段."""

    FIRST = "first", "首次考核", "首次"
    MAKEUP = "makeup", "补考"


class Verdict(LabelledEnum):
    """合格 or 不合格: of an opinion, a paper, a result (考核办法 第二十二条)."""

    QUALIFIED = "qualified", "合格"
    UNQUALIFIED = "unqualified", "不合格"


class CertificateStanding(LabelledEnum):
    """Whether a printed certificate still holds, as whoever checks it is told."""

    VALID = "valid", "有效"
    FROZEN = "frozen", "核实中"
    VOID = "void", "作废"


class CheatingManner(LabelledEnum):
    """How somebody is suspected to have cheated at a paper (design)."""

    SUBSTITUTE = "substitute", "替考"
    NOT_ALONE = "not_alone", "他人协助"
    MATERIAL = "material", "夹带或查阅资料"
    LEFT_VIEW = "left_view", "离开或遮挡摄像头"
    OTHER = "other", "其他"


class CheatingConsequence(LabelledEnum):
    """What a confirmed cheating does beside voiding the paper (design)."""

    UNQUALIFIED = "unqualified", "本次考核不合格"
    MAKEUP = "makeup", "仅该试卷作废，可参加补考"


class AttachmentKind(LabelledEnum):
    """What a file that proves something may be, by its content."""

    PDF = "pdf", "PDF文件", "PDF"
    JPEG = "jpeg", "JPEG图片", "JPEG", "JPG"
    PNG = "png", "PNG图片", "PNG"


class RecordLevel(LabelledEnum):
    """
    Level of the body that gave a good record (良好行为记录), low to high.

    Comparisons go by rank, not by the letters of the code:

    >>> RecordLevel.CITY < RecordLevel.PROVINCE, RecordLevel.COUNTY >= RecordLevel.CITY
    (True, False)
    """

    UNIT = "unit", "单位级", "单位"
    COUNTY = "county", "县级", "县"
    CITY = "city", "设区的市级", "市级", "市"
    PROVINCE = "province", "省级", "省"
    NATIONAL = "national", "国家级", "国家"

    @property
    def rank(self) -> int:
        """0 for ``unit`` to 4 for ``national``."""
        return list(type(self)).index(self)

    def __lt__(self, other: str) -> bool:
        return self.rank < RecordLevel(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= RecordLevel(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > RecordLevel(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= RecordLevel(other).rank


class ReturnConcern(LabelledEnum):
    """What an agency's return is about: the physician's filing, or the institution's own opinion."""

    FILING = "filing", "报名信息"
    OPINION = "opinion", "机构意见"


class ReturnCode(LabelledEnum):
    """
    Why a file or an application is returned (驳回); the words for it stand in the reason beside the code.

    The manual names wrong information and proof that does not meet the conditions of 简易程序 (手册 2.2.6); the other
    codes say the same more closely (design).
    """

    INCOMPLETE = "incomplete", "信息填写不完整"
    WRONG = "wrong", "信息填写有误"
    PROOF_MISSING = "proof_missing", "缺少证明材料"
    PROOF_UNSUITABLE = "proof_unsuitable", "证明材料不符合要求"
    CONDITIONS_UNMET = "conditions_unmet", "不符合简易程序或免考的条件"
    OPINION_UNFOUNDED = "opinion_unfounded", "评定意见依据不足"
    OTHER = "other", "其他"


class OrganisationKind(LabelledEnum):
    """Kinds of organisation in the tree; the first three are administrations."""

    PROVINCE = "province", "省级卫生健康行政部门"
    CITY = "city", "市级卫生健康行政部门"
    COUNTY = "county", "县级卫生健康行政部门"
    MEDICAL = "medical", "医疗机构", "医疗卫生机构"
    PREVENTION = "prevention", "预防保健机构", "预防、保健机构"
    SOCIETY = "society", "行业学术组织", "行业、学术组织"

    @property
    def is_health_institution(self) -> bool:
        """
        True for 医疗、预防、保健机构, where physicians are registered (考核办法 第三条).

        A 行业、学术组织 may assess, and is no place of practice.
        """
        return self in (OrganisationKind.MEDICAL, OrganisationKind.PREVENTION)

    @property
    def is_administration(self) -> bool:
        """True for the health administrations of province, city and county."""
        return self in _ADMINISTRATIONS


_ADMINISTRATIONS = frozenset({OrganisationKind.PROVINCE, OrganisationKind.CITY, OrganisationKind.COUNTY})


class IdType(LabelledEnum):
    """证件类型: what a registered physician may identify with."""

    RESIDENT_ID = "resident_id", "居民身份证", "身份证", "中华人民共和国居民身份证", "第二代居民身份证"
    HK_MACAO_PERMIT = "hk_macao_permit", "港澳居民来往内地通行证", "港澳通行证", "回乡证"
    TAIWAN_PERMIT = "taiwan_permit", "台湾居民来往大陆通行证", "台胞证"
    HMT_RESIDENCE = "hmt_residence", "港澳台居民居住证"
    FOREIGN_RESIDENT = "foreign_resident", "外国人永久居留身份证", "外国人永久居留证"
    PASSPORT = "passport", "护照"
    OFFICER_CARD = "officer_card", "军官证"


class AccountKind(LabelledEnum):
    """Whom an account belongs to."""

    PHYSICIAN = "physician", "医师"
    ORGANISATION = "organisation", "机构"
    AUDITOR = "auditor", "审计员"


class Education(LabelledEnum):
    """学历; many assistants have 中专, so it is no error."""

    SECONDARY = "secondary", "中专", "中等专科"
    COLLEGE = "college", "大专", "专科", "大学专科"
    BACHELOR = "bachelor", "本科", "大学本科", "大学"
    MASTER = "master", "硕士", "硕士研究生", "研究生"
    DOCTOR = "doctor", "博士", "博士研究生"


class Title(LabelledEnum):
    """职称, low to high."""

    FELDSHER = "feldsher", "医士"
    RESIDENT = "resident", "医师", "住院医师"
    ATTENDING = "attending", "主治医师", "主管医师", "主治(主管)医师"
    ASSOCIATE_CHIEF = "associate_chief", "副主任医师"
    CHIEF = "chief", "主任医师"


class PracticeSituation(LabelledEnum):
    """执业情况; the manual shows 在职, the others are ours."""

    IN_POST = "in_post", "在职"
    REHIRED = "rehired", "退休返聘", "返聘"
    MULTI_SITE = "multi_site", "多点执业", "多点", "多机构执业"
    AWAY = "away", "进修外出", "进修", "外出"
    SICK_LEAVE = "sick_leave", "病休"
    CEASED = "ceased", "停止执业"
