"""Child processes that never outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import IO

PR_SET_PDEATHSIG = 1
# Loaded here, not in `die_with_parent`: between fork and exec it is too late to load a library.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(sig: signal.Signals, parent: int | None = None) -> None:
    """
    Let the kernel send this process `sig` when the thread that started it ends. Does nothing outside Linux.

    :param parent: the parent's process id; if it has ended already, the signal is sent at once.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(sig), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), sig)


def start(
    command: Sequence[str],
    *,
    death_signal: signal.Signals,
    output: IO[bytes] | None = None,
    env: Mapping[str, str] | None = None,
    inherited_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """
    Start `command` as a child that gets the signal `death_signal` when this process ends, however it ends.

    It runs in a session of its own, so that Ctrl-C reaches only this process, which then ends its children in order.

    :param output: receives its output; without it, the output goes where ours goes.
    :param inherited_fds: file descriptors that it inherits.
    """
    return subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        env=env,
        pass_fds=inherited_fds,
        start_new_session=True,
        preexec_fn=partial(die_with_parent, death_signal, os.getpid()),
    )


def stop(child: subprocess.Popen[bytes], sig: signal.Signals, *, timeout: float = 10.0) -> None:
    """End `child` with `sig`; after `timeout` seconds kill it, and in any case kill what it leaves behind."""
    child.send_signal(sig)
    with suppress(subprocess.TimeoutExpired):
        child.wait(timeout)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
