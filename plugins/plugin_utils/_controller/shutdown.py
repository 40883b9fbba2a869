# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A worker that ends before its task is done."""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from types import FrameType

from ansible_collections.community.onelogin.plugins.module_utils._engine.progress import Progress
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.token_file import discard

_LONGEST_END = 300  # seconds that the work of delay_end may take after the end of its run
_LOOK = 0.05  # seconds between checks of the parent, if the system does not report its end
_SPEAKING = threading.RLock()

# Ansible loads this before it makes the workers, and takes their own from them.
try:
    _STDERR = os.dup(2)
except OSError:
    _STDERR = -1


@cache
def remove_token_at_end(process: int, folder: str) -> None:  # noqa: ARG001 - once in each
    """Remove the access token when SIGTERM ends this process; Ansible removes its folder at any other end.

    Ansible loads the action plugins in the process that starts the workers, and their modules call this.

    :param process: the id of this process.
    :param folder: where the run keeps its access token.
    """
    if threading.current_thread() is threading.main_thread():
        _run_before(signal.SIGTERM, lambda: discard(folder))


@cache
def end_with_parent(process: int, folder: str) -> None:  # noqa: ARG001 - once in each
    """End this worker with its run, and print its progress, because no one reads its result.

    Signals are passed on to the former handler. If the parent is gone, the worker ends at once: workers have sessions
    of their own, so a run that is killed hard leaves them behind, and they would continue to message people, or hold a
    claim in the journal during an hour's sleep. Such a run has not removed its access token either.

    :param process: the id of this process.
    :param folder: where the run keeps its access token.
    """

    def end() -> None:
        discard(folder)
        _show_progress()

    for number in (signal.SIGINT, signal.SIGTERM):
        _run_before(number, end)
    threading.Thread(target=_end_after, args=(os.getppid(), folder), daemon=True).start()


class _Ending:
    """Work that an end of the process waits for.

    :ivar free: is not set while there is such work.
    """

    def __init__(self) -> None:
        self.free = threading.Event()
        self.free.set()
        self.interrupted: list[int] = []


_ENDING = _Ending()


@contextmanager
def delay_end(folder: str) -> Iterator[list[int]]:
    """Delay the end of the process until the work in this context is done, which a first signal interrupts.

    The signal raises KeyboardInterrupt once, so that the work can undo what it did; further ones do nothing.

    :param folder: where the run keeps its access token, which is removed if a signal came.
    :returns: the signal that came, if one did.
    """
    _ENDING.interrupted = []
    _ENDING.free.clear()
    try:
        yield _ENDING.interrupted
    finally:
        if _ENDING.interrupted:
            discard(folder)
        _ENDING.free.set()


def print_last(text: str) -> None:
    """Print a line from a worker whose run may be gone."""
    with suppress(OSError):
        os.write(_STDERR, f"onelogin: {text}\n".encode())


def _run_before(number: signal.Signals, work: Callable[[], None]) -> None:
    """Do some work when a signal arrives, before the former handler runs."""
    then = signal.getsignal(number)

    def handle(signum: int, frame: FrameType | None) -> None:
        if not _ENDING.free.is_set():
            if not _ENDING.interrupted:
                _ENDING.interrupted.append(signum)
                raise KeyboardInterrupt
            return
        work()
        if callable(then):
            then(signum, frame)
        elif then == signal.SIG_DFL:
            signal.signal(signum, signal.SIG_DFL)
            os.kill(os.getpid(), signum)

    signal.signal(number, handle)


def _end_after(parent: int, folder: str) -> None:
    with suppress(OSError, AttributeError):  # Linux reports it at once
        parents_end = os.pidfd_open(parent)
        select.select([parents_end], [], [])
    while os.getppid() == parent:
        time.sleep(_LOOK)
    if not _ENDING.free.is_set():
        ends = time.monotonic() + _LONGEST_END
        while not _ENDING.free.wait(_LOOK) and time.monotonic() < ends:
            # A signal just before a blocking call does not interrupt it, so it is repeated until it is handled.
            if not _ENDING.interrupted:
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        time.sleep(_LOOK)  # the last line
    discard(folder)
    _show_progress()
    os._exit(1)


def _show_progress() -> None:
    # Several ends can come at once: some releases of Ansible send a signal twice, and their own end follows. None of
    # them may end this process while another still writes, so the progress is forgotten only after it was shown.
    with _SPEAKING:
        if Progress.current and (words := Progress.current.describe_interruption()):
            with suppress(OSError):
                os.write(_STDERR, f"{words}\n".encode())
        Progress.current = None
