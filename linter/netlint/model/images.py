"""What an image's name tells of its contents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.knowledge.base_images import is_musl

if TYPE_CHECKING:
    from netlint.kubernetes.facts import Container

_SHELL_LESS: Final = r"(?:^|[/:._-])(?:distroless|scratch|static-debian\d+|chiseled)(?:[/:._@-]|$)"


def is_musl_image(container: Container) -> bool:
    """Whether the image's name says that its libc is musl."""
    return container.image is not None and is_musl(container.image.text)


def is_shell_less_image(container: Container) -> bool:
    """Whether the image's name says that it has neither shell nor ``sleep``: distroless (without ``debug``), scratch, chiseled."""
    image = container.image.text if container.image else ""
    return bool(re.search(_SHELL_LESS, image)) and "debug" not in image and "busybox" not in image
