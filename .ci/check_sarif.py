"""Ask Microsoft's SARIF validator, with the rules of GitHub code scanning, what it has against netlint's reports.

``python .ci/check_sarif.py VALIDATOR FOLDER``: the validator is the binary of ``@microsoft/sarif-multitool``. Its exit status says nothing,
so its own report is read; a report that is broken on purpose shows that it was asked at all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from golden import judged_cases
from netlint.report.sarif import render_sarif


def complaints(validator: str, folder: Path, name: str, text: str) -> list[str]:
    """Errors and warnings about the report ``text``."""
    report, answer = folder / f"{name}.sarif", folder / f"{name}.validated.sarif"
    report.write_text(text, encoding="utf-8")
    options = ["--rule-kind", "Sarif;Gh", "--level", "Error;Warning", "--log", "ForceOverwrite", "--output", str(answer)]
    subprocess.run([validator, "validate", str(report), *options], check=False, stdout=subprocess.DEVNULL, timeout=120)
    (run,) = json.loads(answer.read_text(encoding="utf-8-sig"))["runs"]
    return [f"{name}: {item['ruleId']} {item['message']}" for item in run["results"]]


def main(validator: str, work: str) -> None:
    folder = Path(work)
    reports = {
        f"{name}{'-with-suppressed' if with_accepted else ''}": render_sarif(result, workspace, with_accepted=with_accepted)
        for name, (result, workspace) in judged_cases(folder / "hostile").items()
        for with_accepted in (False, True)
    }
    found = [line for name, text in reports.items() for line in complaints(validator, folder, name, text)]
    broken: dict[str, Any] = json.loads(reports["shop"])
    broken["runs"][0]["results"][0]["locations"] = []
    if not complaints(validator, folder, "broken", json.dumps(broken)):
        found.append("the validator finds nothing wrong with a result that is nowhere")
    if found:
        sys.exit("\n".join(found))
    print(f"{', '.join(reports)}: no error and no warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
