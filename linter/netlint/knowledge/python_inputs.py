"""How Python code is given texts from outside: environment variables, settings objects and options.

Read in CPython 3.11.7 (``os.py``), pydantic-settings (``main.py``: a field's variable is its name behind a prefix),
python-decouple (``decouple.py``), environs and django-environ (``environ.py``), starlette (``config.py``).
"""

from __future__ import annotations

from typing import Final, NamedTuple


class VariableReader(NamedTuple):
    """A call that reads a variable: the positions of its name and of its default. ``is_required``: without a default it raises."""

    name: int = 0
    default: int = 1
    is_required: bool = False


VARIABLE_READERS: Final[dict[str, VariableReader]] = {
    "os.getenv": VariableReader(),
    "os.environ.get": VariableReader(),
    "os.environ.pop": VariableReader(),
    "os.environ.setdefault": VariableReader(),
    "decouple.config": VariableReader(default=-1, is_required=True),
    "starlette.config.Config": VariableReader(default=-1, is_required=True),
    "environs.Env": VariableReader(is_required=True),
    "environ.Env": VariableReader(default=-1, is_required=True),
}
"""By what is called; of an object that is called itself, or whose methods are (``env("URL")``, ``env.str("URL")``), by what makes it."""

READING_METHODS: Final = frozenset(("str", "url", "int", "float", "get_value", "db_url", "cache_url", "path"))
"""Methods of such objects that read one variable."""

SETTINGS_CLASSES: Final = frozenset(("pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic_settings.main.BaseSettings"))
"""Classes whose fields are filled from variables of their names."""

FIELDS: Final = frozenset(("pydantic.Field", "pydantic.fields.Field"))
"""What describes such a field."""

FILE_READERS: Final = ("dotenv", "environs", "environ", "decouple", "dynaconf", "hvac", "pydantic_settings")
"""Packages that set variables, or stand in for them, from files and services out of view."""
