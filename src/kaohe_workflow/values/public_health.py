"""
Departments of a disease control centre (疾病预防控制机构), which have no 诊疗科目: code → name.

The table is reference data of one public code table; its codes are no part of 诊疗科目名录 and stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kaohe_workflow.values.subjects import SUBJECTS, shown_subject

_TABLE = """
B01 传染病预防控制科（中心）
B02 性病艾滋病预防控制科（中心）
B03 结核病预防控制科（中心）
B04 血吸虫预防控制科（中心）
B05 慢性非传染性疾病预防控制科（中心）
B06 寄生虫病预防控制科（中心）
B07 地方病控制科（中心）
B08 精神卫生科（中心）
B09 妇幼保健科
B10 免疫规划科（中心）
B11 农村改水技术指导科（中心）
B12 疾病控制与应急处理办公室
B13 食品卫生科
B14 环境卫生所
B15 职业卫生科
B16 放射卫生科
B17 学校卫生科
B18 健康教育科（中心）
B19 预防医学门诊
B69 其他业务科室
"""

PUBLIC_HEALTH: Mapping[str, str] = MappingProxyType(
    {line.partition(" ")[0]: line.partition(" ")[2] for line in _TABLE.split("\n") if line}
)
"""Code, as `B01` → its name."""


def shown_link(code: str) -> str:
    """
    What a department is linked to, as people read it: a subject of either list, or the code that neither has.

    >>> shown_link("03.04"), shown_link("B13")
    ('内科/心血管内科专业', '食品卫生科')
    """
    return shown_subject(code) if code in SUBJECTS else PUBLIC_HEALTH.get(code, code)
