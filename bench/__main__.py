"""
Every measurement, one after the other, each beside its peers: `python -m bench`.

The machine is named first. Each table is printed by its own module, which also runs alone (`python -m bench.kernel`).
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys

MODULES = ("kernel", "stores", "door", "lists", "intake", "certificates")


def main() -> int:
    """Name the machine, then run each module in a process of its own; the number of those that failed."""
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
    failed = 0
    for name in MODULES:
        print(f"\n== {name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
