"""Where a chart stands. Apart from what reads charts, for every run asks whether it has any."""

from __future__ import annotations

from typing import Final, NamedTuple

CHART_FILE: Final = "Chart.yaml"


class ChartFolder(NamedTuple):
    """A folder with a ``Chart.yaml``: where it stands, and what people call it."""

    absolute: str
    shown: str
