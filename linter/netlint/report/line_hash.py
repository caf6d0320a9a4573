"""The hash of a line by which code scanning of GitHub knows an alert again after lines were added above it.

Its upload action computes one where a result has none, and warns where one differs; the REST API computes none, and then each upload
would open new alerts. The algorithm is that of github/codeql-action, ``src/fingerprints.ts``.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from operator import mul
from typing import Final

_BLOCK: Final = 100
_POWERS: Final = [37**power % 2**64 for power in range(_BLOCK - 1, -1, -1)]
_END_OF_FILE: Final = 65535
_LINE_FEED: Final = 10


def line_hashes(text: str) -> list[str]:
    """``hash:n`` of every line: over the 100 UTF-16 code units from its start on, blanks left out and line breaks as one LF.

    Behind the end of the file stand 65535 and zeros. ``n`` counts equal hashes of a file.
    """
    folded = re.sub(r"[ \t]+", "", re.sub(r"\r\n?", "\n", text))
    units = array("H", folded.encode("utf-16-le", "surrogatepass")).tolist()
    starts = [0, *(at for at, unit in enumerate(units, 1) if unit == _LINE_FEED)]
    units += [_END_OF_FILE, *([0] * _BLOCK)]
    seen: Counter[str] = Counter()
    found = []
    for start in starts:
        value = f"{sum(map(mul, units[start : start + _BLOCK], _POWERS)) % 2**64:x}"
        seen[value] += 1
        found.append(f"{value}:{seen[value]}")
    return found
