"""The version, a constant so that start-up need not ask the installed metadata (some 40 ms)."""

from typing import Final

VERSION: Final = "0.1.0"
