"""
诊疗科目名录 (卫医发〔1994〕第27号 with its later additions): code → name, parents before their children.

The table is reference data: a code keeps its meaning; names repeat (其他 stands under many parents) and never
identify. Dental subjects are those of the 2010 revision; codes that only one public table confirms are kept as
that table has them. Systems write a code without its dots, or with an A before it; that is the same code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

_TABLE = """
01 预防保健科
02 全科医疗科
03 内科
03.01 呼吸内科专业
03.02 消化内科专业
03.03 神经内科专业
03.04 心血管内科专业
03.05 血液内科专业
03.06 肾病学专业
03.07 内分泌专业
03.08 免疫学专业
03.09 变态反应专业
03.10 老年病专业
03.11 其他
04 外科
04.01 普通外科专业
04.01.01 肝脏移植项目
04.01.02 胰腺移植项目
04.01.03 小肠移植项目
04.02 神经外科专业
04.03 骨科专业
04.04 泌尿外科专业
04.04.01 肾脏移植项目
04.05 胸外科专业
04.05.01 肺脏移植项目
04.06 心脏大血管外科专业
04.06.01 心脏移植项目
04.07 烧伤科专业
04.08 整形外科专业
04.09 其他
05 妇产科
05.01 妇科专业
05.02 产科专业
05.03 计划生育专业
05.04 优生学专业
05.05 生殖健康与不孕症专业
05.06 其他
06 妇女保健科
06.01 青春期保健专业
06.02 围产期保健专业
06.03 更年期保健专业
06.04 妇女心理卫生专业
06.05 妇女营养专业
06.06 其他
07 儿科
07.01 新生儿专业
07.02 小儿传染病专业
07.03 小儿消化专业
07.04 小儿呼吸专业
07.05 小儿心脏病专业
07.06 小儿肾病专业
07.07 小儿血液病专业
07.08 小儿神经病学专业
07.09 小儿内分泌专业
07.10 小儿遗传病专业
07.11 小儿免疫专业
07.12 其他
08 小儿外科
08.01 小儿普通外科专业
08.02 小儿骨科专业
08.03 小儿泌尿外科专业
08.04 小儿胸心外科专业
08.05 小儿神经外科专业
08.06 其他
09 儿童保健科
09.01 儿童生长发育专业
09.02 儿童营养专业
09.03 儿童心理卫生专业
09.04 儿童五官保健专业
09.05 儿童康复专业
09.06 其他
10 眼科
11 耳鼻咽喉科
11.01 耳科专业
11.02 鼻科专业
11.03 咽喉科专业
11.04 其他
12 口腔科
12.01 牙体牙髓病专业
12.02 牙周病专业
12.03 口腔粘膜病专业
12.04 儿童口腔专业
12.05 口腔颌面外科专业
12.06 口腔修复专业
12.07 口腔正畸专业
12.08 口腔种植专业
12.09 口腔麻醉专业
12.10 口腔颌面医学影像专业
12.11 口腔病理专业
12.12 预防口腔专业
12.13 其他
13 皮肤科
13.01 皮肤病专业
13.02 性传播疾病专业
13.03 其他
14 医疗美容科
14.01 美容外科
14.02 美容牙科
14.03 美容皮肤科
14.04 美容中医科
15 精神科
15.01 精神病专业
15.02 精神卫生专业
15.03 药物依赖专业
15.04 精神康复专业
15.05 社区防治专业
15.06 临床心理专业
15.07 司法精神专业
15.08 其他
16 传染科
16.01 肠道传染病专业
16.02 呼吸道传染病专业
16.03 肝炎专业
16.04 虫媒传染病专业
16.05 动物源性传染病专业
16.06 蠕虫病专业
16.07 其他
17 结核病科
18 地方病科
19 肿瘤科
20 急诊医学科
21 康复医学科
22 运动医学科
23 职业病科
23.01 职业中毒专业
23.02 尘肺专业
23.03 放射病专业
23.04 物理因素损伤专业
23.05 职业健康监护专业
23.06 其他
24 临终关怀科
25 特种医学与军事医学科
26 麻醉科
27 疼痛科
28 重症医学科
30 医学检验科
30.01 临床体液、血液专业
30.02 临床微生物学专业
30.03 临床生化检验专业
30.04 临床免疫、血清学专业
30.05 临床细胞分子遗传学专业
30.06 其他
31 病理科
32 医学影像科
32.01 X线诊断专业
32.02 CT诊断专业
32.03 磁共振成像诊断专业
32.04 核医学专业
32.05 超声诊断专业
32.06 心电诊断专业
32.07 脑电及脑血流图诊断专业
32.08 神经肌肉电图专业
32.09 介入放射学专业
32.10 放射治疗专业
32.11 其他
50 中医科
50.01 内科专业
50.02 外科专业
50.03 妇产科专业
50.04 儿科专业
50.05 皮肤科专业
50.06 眼科专业
50.07 耳鼻咽喉科专业
50.08 口腔科专业
50.09 肿瘤科专业
50.10 骨伤科专业
50.11 肛肠科专业
50.12 老年病科专业
50.13 针灸科专业
50.14 推拿科专业
50.15 康复医学专业
50.16 急诊科专业
50.17 预防保健科专业
50.18 其他
51 民族医学科
51.01 维吾尔医学
51.02 藏医学
51.03 蒙医学
51.04 彝医学
51.05 傣医学
51.06 其他
52 中西医结合科
"""

SUBJECTS: Mapping[str, str] = MappingProxyType(
    {line.partition(" ")[0]: line.partition(" ")[2] for line in _TABLE.split("\n") if line}
)
"""Code of a subject, as `03.04` → its name."""


ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "03.10": ("老年医学科",),
        "12": ("口腔内科",),
        "12.05": ("颌面外科",),
        "12.06": ("口腔修复",),
        "12.07": ("口腔正畸",),
        "12.12": ("口腔预防保健",),
        "24": ("安宁疗护科",),
    }
)
"""
Code → names under which the subject is known too: what practice calls it today, and the dental subjects before 2010.

Read: 口腔内科 of that list became several subjects, of which we choose none; it stands with the whole of 口腔科.
"""

_WRITTEN = re.compile(r"A?(\d{2})\.?(\d{2})?\.?(\d{2})?")
"""A code as systems write it, after folding."""


def subject_code(text: str) -> str:
    """
    The code that a text means, however it is written; a text that is none comes back as it was.

    A code of the dental list before 2010 is taken for the present subject of that code: the two cannot be told apart.

    >>> subject_code("0304"), subject_code("A03.04"), subject_code("b01"), subject_code("内科")
    ('03.04', '03.04', 'B01', '内科')
    """
    folded = unicodedata.normalize("NFKC", text).strip().upper()
    written = _WRITTEN.fullmatch(folded)
    if written is not None:
        return ".".join(part for part in written.groups() if part)
    return folded if re.fullmatch(r"B\d{2}", folded) else text


def parent_of(code: str) -> str | None:
    """
    The code of the subject directly above; None at the top of the tree.

    >>> parent_of("04.01.02"), parent_of("04.01"), parent_of("04")
    ('04.01', '04', None)
    """
    return code.rpartition(".")[0] or None


def shown_subject(code: str) -> str:
    """
    A subject as people read it: parent and own name, because names repeat.

    >>> shown_subject("03.04"), shown_subject("03")
    ('内科/心血管内科专业', '内科')
    """
    parent = parent_of(code)
    return SUBJECTS[code] if parent is None else f"{shown_subject(parent)}/{SUBJECTS[code]}"
