"""What the command ``netlint`` and ``python -m netlint`` start."""

import gc
import os
import signal
import sys


def start() -> None:
    """Run the command line, and end the process as soon as everything is written.

    To give back, piece by piece, the memory of all that was read would take longer than to write the report, and nobody needs it any more.
    """
    # One run makes facts and keeps them: looking for circles among them, and among what is imported, costs a third of the time and finds
    # none. So it is left off before anything else is imported.
    gc.disable()
    # So that a run which is ended, as CI services do it, takes its unfinished files with it, as after Ctrl-C.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    from netlint.cli import main

    try:
        main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                try:
                    stream.flush()
                except OSError:
                    status = status or 2
        os._exit(status)


if __name__ == "__main__":
    start()
