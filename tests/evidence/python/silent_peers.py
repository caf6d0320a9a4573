"""What Python's own library waits for without end on a peer that takes connections and says nothing, and what a limit ends.

Prints a line for each: its name, and ``ends`` or ``waits``. Each is given LIMIT, as its own time-out, as ``socket.setdefaulttimeout``, or
not at all, and ``waits`` means that it still did after ten times that. Nothing leaves loopback.
"""

import http.client
import imaplib
import smtplib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable

LIMIT = 0.3
PATIENCE = 10 * LIMIT
UNLIMITED = ("None", "nothing")


def silent_peer() -> socket.socket:
    """A listener whose queue takes connections that nobody ever reads from."""
    return socket.create_server(("127.0.0.1", 0), backlog=64)


def http_request(port: int, **given: float | None) -> None:
    """A request with http.client, to the end of its headers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, **given)  # type: ignore[arg-type]
    connection.request("GET", "/")
    connection.getresponse()


CASES: dict[str, Callable[..., object]] = {
    "urlopen": lambda port, **given: urllib.request.urlopen(f"http://127.0.0.1:{port}/", **given),
    "http.client": http_request,
    "smtplib.SMTP": lambda port, **given: smtplib.SMTP("127.0.0.1", port, **given),
    "imaplib.IMAP4": lambda port, **given: imaplib.IMAP4("127.0.0.1", port, **given),
    "recv of create_connection": lambda port, **given: socket.create_connection(("127.0.0.1", port), **given).recv(1),
}


def experiment(name: str, how: str, port: int) -> None:
    """One call in this process, which may never come back."""
    if how == "setdefaulttimeout":
        socket.setdefaulttimeout(LIMIT)
    try:
        CASES[name](port, **({"timeout": LIMIT} if how == "timeout" else {"timeout": None} if how == "None" else {}))
    except OSError:
        return


def main() -> None:
    """All experiments, side by side, each in a process that is ended when it has had its time."""
    with silent_peer() as peer:
        port = peer.getsockname()[1]
        running: dict[tuple[str, str], subprocess.Popen[bytes]] = {}
        found: dict[tuple[str, str], str | None] = {}
        for name in CASES:
            for how in ("timeout", "setdefaulttimeout", "None", "nothing"):
                if not (name == "imaplib.IMAP4" and how == "None"):
                    running[name, how] = subprocess.Popen([sys.executable, __file__, name, how, str(port)])
        # Those that end have shown, when they have, that every process had the time to start.
        for key in sorted(running, key=lambda key: key[1] in UNLIMITED):
            found[key] = ended(running[key], 60) if key[1] not in UNLIMITED else None
        time.sleep(PATIENCE)
        for key, process in running.items():
            print(f"{', '.join(key)}: {found[key] or ended(process, 0)}")


def ended(process: subprocess.Popen[bytes], seconds: float) -> str:
    """Whether a process ends within ``seconds``; it does so here at the latest."""
    try:
        return "ends" if process.wait(seconds) == 0 else "fails"
    except subprocess.TimeoutExpired:
        return "waits"
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    if len(sys.argv) == 4:
        experiment(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    else:
        main()
