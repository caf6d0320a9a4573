"""Images that others are built on: which libc is in them, and whether they start something by themselves."""

from __future__ import annotations

import re
from typing import Final, Literal

Libc = Literal["musl", "glibc", "none", "unknown"]

_MUSL: Final = re.compile(r"(?:^|[/:._-])alpine(?:[\d:._@-]|$)|[:-]musl(?:[\d:._@-]|$)")
_NOT_MUSL: Final = re.compile(r"alpine[\w:.-]*glibc")
_NONE: Final = re.compile(r"^scratch$|(?:^|/)distroless/static(?:[-:@]|$)|chainguard/static(?:[:@]|$)|(?:^|/)distroless\.dev/static")
_GLIBC: Final = re.compile(
    r"(?:^|/)(?:debian|ubuntu|fedora|centos|rockylinux|almalinux|amazonlinux|oraclelinux|golang|buildpack-deps|photon|opensuse)(?:[/:@]|$)"
    r"|(?:^|/)ubi\d+[\w-]*(?:[/:@]|$)|(?:^|/)distroless/(?:base|cc|python|java)[\w-]*(?:[:@]|$)|chainguard/(?:glibc-dynamic|wolfi-base)"
    r"|registry\.k8s\.io/build-image/(?:debian-base|distroless-iptables)"
)
_OFFICIAL: Final = re.compile(
    r"(?:docker\.io/)?(?:library/)?(?:scratch|alpine|debian|ubuntu|busybox|golang|fedora|centos|buildpack-deps)(?:[:@]|$)"
)


def libc_of(image: str) -> Libc:
    """The libc that an image's name tells of.

    The official golang images are Debian's unless their tag says otherwise (docker-library/golang); ``distroless/static`` has none
    (GoogleContainerTools/distroless base/README.md). BusyBox may be built with any (docker-library/official-images ``library/busybox``).
    """
    if _NONE.search(image):
        return "none"
    if _MUSL.search(image) and not _NOT_MUSL.search(image):
        return "musl"
    return "glibc" if _GLIBC.search(image) else "unknown"


def starts_nothing(image: str) -> bool:
    """Whether the image is known to set no ENTRYPOINT, so that CMD alone says what runs: what distributions publish is made so."""
    return bool(_OFFICIAL.match(image)) or libc_of(image) in ("none", "glibc")
