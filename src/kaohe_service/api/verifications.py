"""
Whether a certificate holds, for whoever has scanned its code.
"""

from __future__ import annotations

from kaohe_service.calls import Answer, Call


def show_verification(call: Call) -> Answer:
    """
    The certificate of a code, with the words for people beside the codes for machines.

    Nobody keeps the answer: a certificate that holds today may be void tomorrow.

    Raises:
        NotFound: no paper has this code, or it is none.
        TooManyTries: this network has asked for too many.
    """
    application = call.application
    checked = application.genuineness.by_code(call.path["code"], address=call.address)
    words = {
        "result_label": checked.result.label if checked.result else None,
        "standing_label": checked.standing.label,
        "note": NOTES[checked.standing.value, checked.stamped],
    }
    return Answer(data=application.codec.unstructure(checked) | words)


NOTES = {
    ("valid", True): "该证书有效，已登记加盖发证机关印章",
    ("valid", False): "该证书的考核结果有效；尚未登记盖章，纸质证书须加盖发证机关印章方可使用",
    ("frozen", False): "该证书正在核实，核实完毕之前不能证明考核合格",
    ("void", False): "该证书已作废，不能证明考核合格",
}
"""Standing and stamp → what people are told; the stamp of one that is void or frozen is not told."""
