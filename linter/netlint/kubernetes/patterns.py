"""Regular expressions that repositories bring along, compiled only where Python surely matches them fast."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_MAX_PATTERN: Final = 1000
_MAX_REPETITIONS: Final = 2
_REPEATED_GROUP: Final = re.compile(r"\)[*+?{]")
_REPETITION: Final = re.compile(r"[*+{]")


@lru_cache(maxsize=4096)
def anchored(pattern: str) -> re.Pattern[str] | None:
    """What a patch's target matches; None for what may match anything: no pattern, or one that Python would take too long for.

    kustomize matches in linear time (Go regexp). Python does not where groups are repeated or repetitions follow each other.
    """
    if len(pattern) > _MAX_PATTERN or _REPEATED_GROUP.search(pattern) or len(_REPETITION.findall(pattern)) > _MAX_REPETITIONS:
        return None
    try:
        return re.compile(f"^(?:{pattern})$")
    except (re.error, OverflowError):
        return None
