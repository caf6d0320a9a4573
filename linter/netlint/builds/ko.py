"""``.ko.yaml``: the image that ko puts programs on (ko.build/configuration)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.builds.documents import trees, word

if TYPE_CHECKING:
    from netlint.builds.facts import Word
    from netlint.source import SourceFile


def read_ko(source: SourceFile) -> Word | None:
    """The default base image."""
    values = (tree.scalar("defaultBaseImage") for tree in trees(source))
    return next((word(value) for value in values if value is not None), None)
