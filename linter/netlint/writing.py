"""Writing a file whole: whoever reads it sees the old text or the new one, whatever ends the run in between."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` into a new file beside ``path``, and that file into its place.

    Where the file system has files without a name, the new one gets its name when it is whole, so that a run which is killed leaves
    nothing behind. Permissions and, where it may be given away, the owner of a file that is there stay, and a link stays a link. What is
    no regular file (a pipe, ``/dev/null``) is written into. Raises OSError.
    """
    target = Path(os.path.realpath(path))
    known = _status_of(target)
    if known is not None and not stat.S_ISREG(known.st_mode):
        target.write_bytes(data)
        return
    unfinished = target.with_name(f".{target.name[:_MAX_PREFIX]}.{os.urandom(6).hex()}.unfinished")
    try:
        if not _appear(unfinished, data, known):
            with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
                _fill(stream, data, known)
        unfinished.replace(target)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise


def _appear(path: Path, data: bytes, known: os.stat_result | None) -> bool:
    """Write a file that has no name until it is whole; False where the system or the file system knows none."""
    try:
        handle = os.open(path.parent, os.O_TMPFILE | os.O_WRONLY, 0o600)
    except (AttributeError, OSError):
        return False
    with os.fdopen(handle, "wb") as stream:
        _fill(stream, data, known)
        try:
            # With a handle given, which an absolute path does not need, the link below /proc is followed (linkat(2), open(2)).
            os.link(f"/proc/self/fd/{handle}", path, src_dir_fd=handle)
        except OSError:
            return False
    return True


def _fill(stream: BinaryIO, data: bytes, known: os.stat_result | None) -> None:
    """Write all, with owner and permissions of the file that is ``known``."""
    handle = stream.fileno()
    stream.write(data)
    stream.flush()
    # Without it a crash of the machine could leave the new name with nothing in it.
    os.fsync(handle)
    if known is not None:
        # Root in a container, on files of somebody else.
        with suppress(OSError):
            os.fchown(handle, known.st_uid, known.st_gid)
    os.fchmod(handle, _permissions_of_a_new_file() if known is None else stat.S_IMODE(known.st_mode))


_MAX_PREFIX = 40
"""Characters of the name that the unfinished file shares, for names have a limit."""


def _status_of(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _permissions_of_a_new_file() -> int:
    # There is no way to read the mask but to set it.
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
