"""For how long servers of Python keep a connection that nobody uses, when they are told nothing about it.

Prints a line for each: its command, and the seconds until it closed the connection after an answer, in whole ones; ``at once``, ``keeps``
when it still had it after PATIENCE, or ``not installed``. Nothing leaves loopback.
"""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

PATIENCE = 10.0
APP = """
def wsgi(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


async def asgi(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})
"""
SERVERS: dict[str, tuple[str, ...]] = {
    "uvicorn": ("uvicorn", "served:asgi", "--lifespan", "off", "--port", "{port}"),
    "hypercorn": ("hypercorn", "served:asgi", "--bind", "127.0.0.1:{port}"),
    "gunicorn": ("gunicorn", "served:wsgi", "--bind", "127.0.0.1:{port}"),
    "gunicorn --threads 2": ("gunicorn", "served:wsgi", "--threads", "2", "--bind", "127.0.0.1:{port}"),
}


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def connected(port: int) -> socket.socket:
    """A connection, once the server listens; within 20 seconds at most."""
    end = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 5)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def idle_time(port: int) -> str:
    """One request, and then nothing: until the server closes the connection."""
    with connected(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = b""
        while not answer.endswith(b"ok"):
            piece = connection.recv(4096)
            if not piece:
                return "no answer"
            answer += piece
        start = time.monotonic()
        connection.settimeout(PATIENCE)
        try:
            connection.recv(1)
        except TimeoutError:
            return "keeps"
        except OSError:
            pass
        passed = time.monotonic() - start
        return "at once" if passed < 0.5 else f"{passed:.0f}"


def main() -> None:
    """Every server after the other, each ended when it has shown what it does."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "served.py").write_text(APP, encoding="utf-8")
        for name, (command, *arguments) in SERVERS.items():
            program = Path(sys.executable).with_name(command)
            if find_spec(command) is None or not (program.exists() or shutil.which(command)):
                print(f"{name}: not installed")
                continue
            port = free_port()
            words = [str(program) if program.exists() else command, *(word.format(port=port) for word in arguments)]
            server = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                print(f"{name}: {idle_time(port)}", flush=True)
            finally:
                server.terminate()
                server.wait(10)


if __name__ == "__main__":
    main()
