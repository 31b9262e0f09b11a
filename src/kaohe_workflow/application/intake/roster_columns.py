"""
The columns of a physician list (批量导入医师): how each is called, in what order a template has them.

Headings differ from hospital to hospital; a pattern matches the whole heading after `tables.folded`.
"""

from __future__ import annotations

from kaohe_workflow.application.intake.tables import Column

_NUMBER = "(编码|编号|号码|号)"
_DAY = "的?(时间|日期)"
_GIVEN = "(取得|获得|发证|批准|签发)"

ROSTER_COLUMNS: tuple[Column, ...] = (
    Column("name", "姓名", "(医师|医生|人员|职工|员工)?姓名|名字", required=True),
    Column("id_type", "证件类型", "(身份)?证件(类型|类别|种类)"),
    Column(
        "id_number",
        "证件号码",
        f"(医师|居民|公民|本人)?身份证件?{_NUMBER}?|(医师|本人)?证件{_NUMBER}|公民身份号码",
        required=True,
    ),
    Column("phone", "手机号码", "(本人|医师)?(手机|移动电话|联系电话|联系手机|电话|联系方式)(号码|号)?"),
    Column("department", "科室", "(所在|所属|执业|工作)?(科室|部门)(名称)?"),
    Column("level", "医师级别", "(医师|执业|医师执业|执业医师|医师资格)?级别"),
    Column("category", "执业类别", "(医师|执业|医师执业)?类别"),
    Column("qualification_number", "医师资格证书编码", f"(执业)?(医师)?资格(证书|证)?{_NUMBER}"),
    Column(
        "qualified_on",
        "资格证取得时间",
        f"(执业)?(医师)?资格(证书|证)?{_GIVEN}?{_DAY}|{_GIVEN}(执业)?(医师)?资格(证书|证)?{_DAY}",
    ),
    Column("licence_number", "医师执业证书编码", f"(医师)?执业(证书|证)?{_NUMBER}"),
    Column(
        "licensed_on",
        "执业证取得时间",
        f"(医师)?执业(证书|证){_GIVEN}?{_DAY}|{_GIVEN}(医师)?执业(证书|证){_DAY}",
    ),
    Column("first_registered_on", "首次注册时间", f"(医师)?(首次|初次|第一次)(执业)?注册{_DAY}"),
    Column(
        "title", "职称", "(现任|现有)?(专业)?(技术)?职称(名称|级别|等级)?|(现任)?专业技术(职务|资格)(名称)?"
    ),
    Column("education", "学历", "(最高|第一)?(学历|文化程度)(层次)?"),
    Column("practice_situation", "执业情况", "(医师)?(执业|在职|在岗)(情况|状态|状况)"),
)
"""In the order of the manual's template; only name and number must be there."""
