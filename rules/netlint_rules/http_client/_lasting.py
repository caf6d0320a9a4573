"""Names of functions that are about something which lasts."""

from __future__ import annotations

import re
from typing import Final

STREAMS: Final = re.compile(r"(?i)stream|watch|follow|tail|subscri|event|proxy|longpoll|sse\b")
"""Names of functions whose requests are meant to last."""
PYTHON_STREAMS: Final = re.compile(r"(?i)(?:^|_)(?:stream\w*|watch|follow|tail|subscribe|proxy|long_?poll|sse)(?:_|$)")
"""The same of functions whose names are words joined by underscores."""
TRANSFERS: Final = re.compile(r"(?i)download|upload")
"""Names of functions whose requests take as long as their content is large: a limit is harder to choose, and missed as much."""
