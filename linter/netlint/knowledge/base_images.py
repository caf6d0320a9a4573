"""Images that others are built on: which libc is in them, and whether they start something by themselves."""

from __future__ import annotations

import re
from typing import Final, Literal

Libc = Literal["musl", "glibc", "none", "unknown"]

# Texts that ``re`` compiles when they are asked for first: a run without such an image does without.
_MUSL: Final = r"(?:^|[/:._-])alpine(?:[\d:._@-]|$)|[:-]musl(?:[\d:._@-]|$)"
_NOT_MUSL: Final = r"alpine[\w:.-]*glibc"
_NONE: Final = r"^scratch$|(?:^|/)distroless/static(?:[-:@]|$)|chainguard/static(?:[:@]|$)|(?:^|/)distroless\.dev/static"
_GLIBC: Final = (
    r"(?:^|/)(?:debian|ubuntu|fedora|centos|rockylinux|almalinux|amazonlinux|oraclelinux|golang|buildpack-deps|photon|opensuse)(?:[/:@]|$)"
    r"|(?:^|/)ubi\d+[\w-]*(?:[/:@]|$)|(?:^|/)distroless/(?:base|cc|python|java)[\w-]*(?:[:@]|$)|chainguard/(?:glibc-dynamic|wolfi-base)"
    r"|registry\.k8s\.io/build-image/(?:debian-base|distroless-iptables)"
)
_OFFICIAL: Final = r"(?:docker\.io/)?(?:library/)?(?:scratch|alpine|debian|ubuntu|busybox|golang|fedora|centos|buildpack-deps)(?:[:@]|$)"


def libc_of(image: str) -> Libc:
    """The libc that an image's name tells of.

    The official golang images are Debian's unless their tag says otherwise (docker-library/golang); ``distroless/static`` has none
    (GoogleContainerTools/distroless base/README.md). BusyBox may be built with any (docker-library/official-images ``library/busybox``).
    """
    if re.search(_NONE, image):
        return "none"
    if is_musl(image):
        return "musl"
    return "glibc" if re.search(_GLIBC, image) else "unknown"


def is_musl(image: str) -> bool:
    """Whether the image's name says that its libc is musl: Alpine, or a ``musl`` tag.

    BusyBox without that tag is built on uclibc or glibc (docker-library/official-images ``library/busybox``).
    """
    # Most names have neither word: to look for those costs a tenth of the expressions.
    if "alpine" not in image and "musl" not in image:
        return False
    return bool(re.search(_MUSL, image)) and not re.search(_NOT_MUSL, image) and not re.search(_NONE, image)


def starts_nothing(image: str) -> bool:
    """Whether the image is known to set no ENTRYPOINT, so that CMD alone says what runs: what distributions publish is made so."""
    return bool(re.match(_OFFICIAL, image)) or libc_of(image) in ("none", "glibc")
