"""What clients of HTTP that are not part of Python do with a peer that says nothing, or only a little at a time.

Prints a line for each: its name, and ``ends`` or ``waits``. ``silent``: nobody answers, and the call is given no time-out; ``waits`` is
what is still under way after PATIENCE. ``drips``: the answer comes by a byte every 0.1 seconds for BODY seconds, and the call is given a
time-out of 0.5; ``waits`` means that it took the whole answer. Nothing leaves loopback.
"""

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

PATIENCE = 15.0
BODY = 2.0


def drip(connection: socket.socket) -> None:
    """An answer with a long body, a byte at a time."""
    with connection:
        connection.recv(4096)
        count = int(BODY / 0.1)
        try:
            connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {count}\r\n\r\n".encode())
            for _ in range(count):
                time.sleep(0.1)
                connection.sendall(b".")
        except OSError:
            return


def serve(listener: socket.socket) -> None:
    """A thread for each connection, until the listener is closed."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=drip, args=(connection,), daemon=True).start()


def with_requests(url: str, **given: float) -> object:
    """A call of requests."""
    return import_module("requests").get(url, **given)


def with_urllib3(url: str, **given: float) -> object:
    """A call of urllib3, without repeating it."""
    return import_module("urllib3").PoolManager(retries=False).request("GET", url, **given).data


def with_httpx(url: str, **given: float) -> object:
    """A call of httpx."""
    return import_module("httpx").get(url, **given)


def with_aiohttp(url: str, **given: float) -> object:
    """A call of aiohttp; its time-out is one for the whole call."""
    aiohttp = import_module("aiohttp")

    async def call() -> object:
        limits = {"timeout": aiohttp.ClientTimeout(total=given["timeout"])} if given else {}
        async with aiohttp.ClientSession(**limits) as session, session.get(url) as response:
            return await response.read()

    return asyncio.run(call())


CLIENTS: dict[str, Callable[..., object]] = {
    "requests": with_requests,
    "urllib3": with_urllib3,
    "httpx": with_httpx,
    "aiohttp": with_aiohttp,
}


def experiment(name: str, port: int, timeout: float) -> None:
    """One call in this process, which may never come back; 3 says that it did not get an answer."""
    try:
        CLIENTS[name](f"http://127.0.0.1:{port}/", **({"timeout": timeout} if timeout else {}))
    except Exception:  # Each library has its own.
        sys.exit(3)


def main() -> None:
    """All experiments, side by side, each in a process that is ended when it has had its time."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent, socket.create_server(("127.0.0.1", 0), backlog=64) as dripping:
        threading.Thread(target=serve, args=(dripping,), daemon=True).start()
        running = {}
        for name in CLIENTS:
            if find_spec(name) is None:
                print(f"{name}: not installed")
                continue
            for how, listener, timeout in (("silent", silent, "0"), ("drips", dripping, "0.5")):
                words = [sys.executable, __file__, name, str(listener.getsockname()[1]), timeout]
                running[name, how] = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        for (name, how), process in running.items():
            try:
                code = process.wait(max(end - time.monotonic(), 0))
                print(f"{name}, {how}: {'ends' if code == 3 else 'waits' if how == 'drips' else 'answers'}")
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                print(f"{name}, {how}: waits")


if __name__ == "__main__":
    if len(sys.argv) == 4:
        experiment(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
    else:
        main()
