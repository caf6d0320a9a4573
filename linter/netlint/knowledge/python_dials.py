"""What opens connections in Python's own library, and in which argument it is given a limit.

Read in CPython 3.11.7: ``socket.py`` (create_connection), ``smtplib.py``, ``ftplib.py``, ``imaplib.py``, ``poplib.py``. All of them take
``socket.setdefaulttimeout`` where they are given none, and that is none unless it is called.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class DialForm(NamedTuple):
    """``host`` and ``timeout`` are positions; -1: by name only. ``waits``: it also waits for a peer to say something first.

    ``address``: the first argument is the pair of host and port.
    """

    host: int
    timeout: int
    waits: bool
    address: bool = False


DIALS: Final[dict[str, DialForm]] = {
    "socket.create_connection": DialForm(0, 1, waits=False, address=True),
    "smtplib.SMTP": DialForm(0, 3, waits=True),
    "smtplib.SMTP_SSL": DialForm(0, -1, waits=True),
    "ftplib.FTP": DialForm(0, 4, waits=True),
    "ftplib.FTP_TLS": DialForm(0, -1, waits=True),
    "imaplib.IMAP4": DialForm(0, 2, waits=True),
    "imaplib.IMAP4_SSL": DialForm(0, -1, waits=True),
    "poplib.POP3": DialForm(0, 2, waits=True),
    "poplib.POP3_SSL": DialForm(0, -1, waits=True),
}
"""Functions and classes that dial when they are called with a host."""
