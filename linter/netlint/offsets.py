"""Offsets in files, one object each.

Python makes a new one for every number above 256, and they would be a third of the memory of all facts.
"""

from __future__ import annotations

from typing import Final

OFFSETS: Final = tuple(range(1 << 16))
"""Those of most files, each at its own place."""
