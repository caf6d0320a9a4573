"""Python files as large service repositories have them: clients, settings, models, views and helpers.

By bytes some 40 % of them hold something that may matter, as counted in ten public projects (6 % to 79 %), and three quarters of the text
of those are in functions and methods that do, as counted in five (58 % to 83 %).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

CLIENT: Final = '''\
"""Speaks to the service number {n}."""

import logging
import os
from dataclasses import dataclass

import requests
from requests.adapters import HTTPAdapter

from shop.settings import settings_{other}

logger = logging.getLogger(__name__)
BASE_URL = os.environ.get("SERVICE_{n}_URL", "http://service-{n}.shop.svc.cluster.local:8080")
TIMEOUT = 5.0


class ServiceError(Exception):
    """The service did not answer as it should."""


class Client{n}:
    """A client with a pool of connections."""

    def __init__(self, base: str = BASE_URL, token: str | None = None) -> None:
        self.base = base.rstrip("/")
        self.session = requests.Session()
        self.session.mount("http://", HTTPAdapter(pool_maxsize=settings_{other}.POOL_SIZE))
        if token is not None:
            self.session.headers["Authorization"] = f"Bearer {{token}}"
'''
CALL: Final = '''
    def get_{i}(self, name: str, *, limit: int = 20) -> dict[str, object]:
        """The item number {i} of that name."""
        try:
            response = self.session.get(f"{{self.base}}/v{i}/items/{{name}}", params={{"limit": limit}}, timeout=TIMEOUT)
            response.raise_for_status()
        except requests.RequestException as error:
            logger.warning("service {i} failed for %s: %s", name, error)
            raise ServiceError(name) from error
        found = response.json()
        if not isinstance(found, dict):
            raise ServiceError(f"{{name}} is no object")
        return {{key: value for key, value in found.items() if not key.startswith("_")}}
'''
HELPER: Final = '''
    @staticmethod
    def _merge_{i}(first: dict[str, int], second: dict[str, int]) -> dict[str, int]:
        """Both of them, the larger amount for each name."""
        merged = dict(first)
        for name, amount in second.items():
            known = merged.get(name)
            if known is None or known < amount:
                merged[name] = amount
            elif known == amount and name.startswith("total"):
                merged[f"{{name}}-again"] = amount
        return {{name: merged[name] for name in sorted(merged) if merged[name] > 0}}
'''
MODEL: Final = '''\
"""Rows of the table number {n}."""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass, field


class Status{n}(enum.Enum):
    """Where an order stands."""

    OPEN = "open"
    PAID = "paid"
    SENT = "sent"

'''
ROW: Final = '''
@dataclass
class Row{i}:
    """A row, with what is computed of it."""

    name: str
    amount: int = 0
    created: datetime.datetime | None = None
    labels: dict[str, str] = field(default_factory=dict)

    def total(self, rate: float) -> float:
        """With the tax."""
        result = self.amount * (1 + rate)
        for key, value in sorted(self.labels.items()):
            if key.startswith("discount") and value.isdigit():
                result -= int(value) / 100
        return round(max(result, 0.0), 2)

    def as_row(self) -> tuple[str, int, str | None]:
        """As it is stored."""
        return (self.name.strip().lower(), self.amount, self.created.isoformat() if self.created else None)
'''
SETTINGS: Final = '''\
"""Settings of the part number {n}."""

import os

POOL_SIZE = int(os.environ.get("POOL_SIZE_{n}", "10"))
SERVICE_URL = os.environ.get("SERVICE_URL_{n}", "http://service-{n}:8080")
NAMES = [
'''


def generate_python(folder: Path, count: int) -> int:
    """Write ``count`` files; the number of bytes."""
    size = 0
    for n in range(count):
        if n % 5 == 0:
            path, text = f"shop/clients/client_{n}.py", CLIENT.format(n=n, other=n // 5 * 5 + 4)
            text += "".join(CALL.format(i=i) + (HELPER.format(i=i) if i % 2 else "") for i in range(10))
        elif n % 5 == 4:
            path, text = f"shop/settings/settings_{n}.py", SETTINGS.format(n=n)
            text += "".join(f'    "name-{i}",\n' for i in range(20)) + "]\n"
        else:
            path, text = f"shop/models/model_{n}.py", MODEL.format(n=n) + "".join(ROW.format(i=i) for i in range(6))
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        size += len(text)
    for package in ("shop", "shop/clients", "shop/settings", "shop/models"):
        (folder / package / "__init__.py").write_text("", encoding="utf-8")
    return size
