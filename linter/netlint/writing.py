"""Writing a file whole: whoever reads it sees the old text or the new one, whatever ends the run in between."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` into a new file beside ``path``, and that file into its place.

    Permissions and, where it may be given away, the owner of a file that is there stay, and a link stays a link. What is no regular file
    (a pipe, ``/dev/null``) is written into.
    Raises OSError.
    """
    target = Path(os.path.realpath(path))
    known = _status_of(target)
    if known is not None and not stat.S_ISREG(known.st_mode):
        target.write_bytes(data)
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:_MAX_PREFIX]}.", suffix=".unfinished")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            # Without it a crash of the machine could leave the new name with nothing in it.
            os.fsync(stream.fileno())
        if known is not None:
            # Root in a container, on files of somebody else.
            with suppress(OSError):
                os.chown(unfinished, known.st_uid, known.st_gid)
        unfinished.chmod(_permissions_of_a_new_file() if known is None else stat.S_IMODE(known.st_mode))
        unfinished.replace(target)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise


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
