"""What worker processes are given to do in tests. Workers import it, so it is a module."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import psutil

from dupscan.model.files import FileEntry

PREPARED: list[bool] = []


class Unsendable(Exception):
    """An exception that can be pickled and not unpickled, as some libraries' are."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


def double(number: int) -> int:
    return number * 2


def tell_process(_: object) -> int:
    return os.getpid()


def tell_server(module: str) -> tuple[int, bool]:
    """The process that this one came from, and whether it had the module imported."""
    return os.getppid(), module in sys.modules


def read_whole(file: FileEntry) -> int:
    """How many bytes a file has."""
    return len(Path(file.path).read_bytes())


def tell_priority(_: object) -> tuple[int, int]:
    """How nice this process is, and the class of its reading and writing."""
    process = psutil.Process()
    return int(process.nice()), int(process.ionice().ioclass)


def leave_mark(path: str) -> int:
    """Make a file, and tell the process that did it."""
    Path(path).touch()
    return os.getpid()


def leave_mark_or_crash(path: str) -> int:
    """As above; what is called crash does."""
    return crash() or 0 if Path(path).name == "crash" else leave_mark(path)


def prepare() -> None:
    """What a worker is to do before all else."""
    PREPARED.append(True)


def is_prepared(_: object) -> bool:
    return PREPARED == [True]


def double_or(disaster: str, number: int) -> int:
    """Double a number; the number 13 meets a disaster instead."""
    if number == 13:
        DISASTERS[disaster]()
    return number * 2


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    os._exit(3)


def hang() -> None:
    while True:
        time.sleep(60)


def hang_and_ignore_termination() -> None:
    """As a decoder does that never comes back from C to let Python look at its signals."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hang()


def blocked_signals(task: int) -> list[int]:
    """What the signal mask of this process holds back."""
    return [int(one) for one in signal.pthread_sigmask(signal.SIG_BLOCK, [])]


def complain() -> None:
    raise ValueError("a decoder's own complaint")


def complain_unsendably() -> None:
    raise Unsendable(1, "only the worker can make this")


def run_out_of_memory() -> None:
    raise MemoryError


DISASTERS = {
    function.__name__: function
    for function in (
        *(crash, be_killed, leave, hang, hang_and_ignore_termination),
        *(complain, complain_unsendably, run_out_of_memory),
    )
}
