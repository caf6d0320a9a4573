"""Native reading of many Helm charts against ``helm template`` of the same.

    python bench/charts.py [--charts 40] [--helm PATH] [FOLDER]

Without a folder it copies the chart that the tests use, which has two charts inside and every part of the language. ``helm`` is the binary
to compare with, by default the one on PATH. Times are CPU seconds.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import tempfile
import time
from pathlib import Path

from netlint.charts import read_charts
from netlint.helm.folder import CHART_FILE, ChartFolder
from other_programs import run

CHART = Path(__file__).parent.parent / "tests" / "helm" / "features"


def read(path: str) -> bytes | None:
    """The bytes of a file, where there is one."""
    file = Path(path)
    return file.read_bytes() if file.is_file() else None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--charts", type=int, default=40)
    parser.add_argument("--helm", default=shutil.which("helm"))
    options = parser.parse_args()
    # As a run of netlint does.
    gc.disable()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(options.folder or made).resolve()
        if not options.folder:
            for number in range(options.charts):
                shutil.copytree(CHART, folder / f"chart{number}")
        os.chdir(folder)
        found = [file.parent for file in sorted(Path().rglob(CHART_FILE)) if file.parent.parent.name != "charts"]
        start = time.process_time()
        charts = read_charts([ChartFolder(str(path.absolute()), path.as_posix()) for path in found], lambda _: (), read)
        print(f"netlint: {len(charts.units)} of {len(found)} charts, {len(charts.files)} templates in {time.process_time() - start:.2f} s")
        if not options.helm:
            print("helm: not measured, there is none on PATH")
            return
        spent = sum(run([options.helm, "template", str(path)]).cpu for path in found)
        print(f"helm: the same one by one in {spent:.2f} s")


if __name__ == "__main__":
    main()
