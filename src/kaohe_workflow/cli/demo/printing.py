"""
The certificates of those who are qualified, as PDF files in a folder.
"""

from __future__ import annotations

from pathlib import Path

from kaohe_workflow.cli.demo import timetable
from kaohe_workflow.cli.demo.world import World


def print_certificates(world: World) -> None:
    """
    Print what has no file yet; a name that no font covers is left out.

    A file appears whole or not at all, so a certificate whose number was given and whose file is missing is printed
    again.
    """
    world.caller.move(timetable.CERTIFICATES_PRINTED)
    hospital = world.who("hospital")
    rows = world.caller.rows(hospital, "certificates", cycle_id=world.cycle_id)
    missing = [row for row in rows if row["state"] != "void" and not _file(world, row["number"]).exists()]
    world.certificates.mkdir(mode=0o700, parents=True, exist_ok=True)
    with world.telling.stage("打印证书", len(missing)) as stage:
        for row in missing:
            content = world.caller.print_certificate(hospital, row["id"])
            if content is not None:
                number = row["number"] or world.caller.case(hospital, "certificate", row["id"])["number"]
                _write(_file(world, number), content)
            stage.advance()


def _file(world: World, number: str | None) -> Path:
    return world.certificates / f"{number}.pdf"


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
