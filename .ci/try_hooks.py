"""Runs both hooks through ``pre-commit try-repo`` in a scratch repository: ``try_hooks.py PRE_COMMIT NETLINT FOLDER``.

A commit with a mistake must fail in both; one without must pass in both, whatever the working tree holds beside it. Each call installs
netlint anew, as a user's first commit does.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from manifests import DEPLOYMENT

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec:
  selector: {{app: web}}
  ports: [{{port: 80, targetPort: {port}}}]
"""
NAMES = {"netlint": "netlint", "netlint-full": "netlint (whole repository)"}


def git(folder: Path, *arguments: str) -> None:
    """Run git as nobody in particular; fails where git does."""
    identity = ("-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "commit.gpgSign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def try_hooks(pre_commit: str, netlint: Path, folder: Path) -> dict[str, str]:
    """``Passed``, ``Failed`` or ``Skipped`` of every hook on what is staged in ``folder``."""
    command = [pre_commit, "try-repo", str(netlint), "--color", "never"]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    ends = {id_: rf"^{re.escape(name)}\.+.*(Passed|Failed|Skipped)$" for id_, name in NAMES.items()}
    found = {id_: re.search(end, answer.stdout, re.MULTILINE) for id_, end in ends.items()}
    if not all(found.values()):
        sys.exit(f"pre-commit did not run the hooks:\n{answer.stdout}{answer.stderr}")
    shown = {id_: match[1] for id_, match in found.items() if match}
    print(f"  {shown}")
    if "Failed" in shown.values() and "service-target-port-name-unresolved" not in answer.stdout:
        sys.exit(f"the failure is another one:\n{answer.stdout}")
    return shown


def main(pre_commit: str, netlint: Path, folder: Path) -> None:
    """Commit by commit."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "deployment.yaml").write_text(DEPLOYMENT)
    (folder / "service.yaml").write_text(SERVICE.format(name="web", port="web"))
    git(folder, "add", "-A")
    print("a commit with a mistake")
    assert try_hooks(pre_commit, netlint, folder) == {"netlint": "Failed", "netlint-full": "Failed"}
    git(folder, "commit", "-q", "--no-verify", "-m", "first")
    # In the working tree alone: neither is a part of the commit.
    (folder / "scratch.yaml").write_text(SERVICE.format(name="scratch", port="web"))
    (folder / "other.yaml").write_text(SERVICE.format(name="other", port="http"))
    (folder / "service.yaml").write_text(SERVICE.format(name="web", port="http"))
    git(folder, "add", "other.yaml", "service.yaml")
    (folder / "other.yaml").write_text(SERVICE.format(name="other", port="web"))
    print("a good one, with mistakes that are not staged")
    assert try_hooks(pre_commit, netlint, folder) == {"netlint": "Passed", "netlint-full": "Passed"}


if __name__ == "__main__":
    # A hook of the repository that this runs in must not reach into the scratch one.
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
