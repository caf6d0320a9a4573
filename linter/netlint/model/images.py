"""What an image's name tells of its contents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.knowledge.base_images import libc_of

if TYPE_CHECKING:
    from netlint.kubernetes.facts import Container

_SHELL_LESS: Final = re.compile(r"(?:^|[/:._-])(?:distroless|scratch|static-debian\d+|chiseled)(?:[/:._@-]|$)")


def is_musl_image(container: Container) -> bool:
    """Whether the image's name says that its libc is musl: Alpine, or a ``musl`` tag.

    BusyBox without that tag is built on uclibc or glibc (docker-library/official-images ``library/busybox``).
    """
    image = container.image.text if container.image else ""
    return libc_of(image) == "musl"


def is_shell_less_image(container: Container) -> bool:
    """Whether the image's name says that it has neither shell nor ``sleep``: distroless (without ``debug``), scratch, chiseled."""
    image = container.image.text if container.image else ""
    return bool(_SHELL_LESS.search(image)) and "debug" not in image and "busybox" not in image
