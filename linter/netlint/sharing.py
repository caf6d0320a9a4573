"""Reading Go files in several processes. Each gets its share at its start and sends back packed facts, so that none waits for another."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")

BYTES_PER_PROCESS: Final = 1_000_000 if sys.platform == "linux" else 8_000_000
"""Files of fewer bytes than this are not worth a process: it takes 15 ms to start where processes fork, 250 ms where they begin anew,
and a megabyte of Go takes 100 ms to read."""
_MAX_PROCESSES: Final = 8
"""Unpacking, which one process does, takes an eighth of the time of reading."""
_ITEMS_PER_MESSAGE: Final = 8


class SharingError(RuntimeError):
    """A process ended before its work was done. ``place`` is that of the first item which it gave no answer for."""

    def __init__(self, place: int) -> None:
        super().__init__(f"a process ended at item {place}")
        self.place = place


def default_processes() -> int:
    """How many processes read where nobody says: one for each processor that this one may use, and no more than are of use."""
    # Only some systems tell those apart from all of the machine.
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MAX_PROCESSES)


def share_out(
    work: Callable[[_Item], _Answer], items: Sequence[_Item], sizes: Sequence[int], processes: int
) -> Generator[tuple[int, _Answer], None, None]:
    """What ``work`` makes of each item, with the item's place, as it comes in. ``sizes`` says how much work each is.

    Whatever ends this early, an exception or Ctrl-C included, ends the processes too. Raises SharingError.
    """
    import multiprocessing
    from multiprocessing.connection import wait

    # A fork is cheap, and this process has no threads that it could break.
    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    shares = _shares(sizes, processes)
    running: list[BaseProcess] = []
    left: dict[Any, list[int]] = {}
    try:
        for share in shares:
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(target=_serve, args=(work, [items[place] for place in share], sender, list(left)), daemon=True)
            process.start()
            # So that the end of the process is the end of what comes through the pipe.
            sender.close()
            running.append(process)
            left[receiver] = list(reversed(share))
        while left:
            receivers: list[Any] = wait(list(left))
            for receiver in receivers:
                places = left[receiver]
                try:
                    answers: list[_Answer] = receiver.recv()
                except EOFError:
                    raise SharingError(places[-1]) from None
                for answer in answers:
                    yield places.pop(), answer
                if not places:
                    del left[receiver]
        for process in running:
            process.join()
    finally:
        for process in running:
            if process.is_alive():
                process.terminate()
            process.join()


def _serve(work: Callable[[_Item], _Answer], items: list[_Item], sender: Connection, others: list[Connection]) -> None:
    """What a process does: its items in order, a few answers a message. It ends by itself when nobody listens any more."""
    import signal

    # Ctrl-C reaches every process of the terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # It has nothing to put in order.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.disable()
    for other in others:
        other.close()
    try:
        for start in range(0, len(items), _ITEMS_PER_MESSAGE):
            sender.send([work(item) for item in items[start : start + _ITEMS_PER_MESSAGE]])
    except BrokenPipeError:
        return
    finally:
        sender.close()


def _shares(sizes: Sequence[int], processes: int) -> list[list[int]]:
    """Places of items for each process, in order: the largest first to the one with the least."""
    from heapq import heapreplace

    loads = [(0, number) for number in range(processes)]
    shares: list[list[int]] = [[] for _ in range(processes)]
    for size, place in sorted(((size, place) for place, size in enumerate(sizes)), reverse=True):
        load, number = loads[0]
        shares[number].append(place)
        heapreplace(loads, (load + size, number))
    return [sorted(share) for share in shares if share]
