"""Run the processes of the Procfile together, and leave none of them behind.

`make run` ends in this program. It stops everything on INT, TERM or HUP, when one of the
processes ends, and when the program that started it goes away; the kernel stops the processes
when this program itself is killed.
"""

import ctypes
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

PROCFILE = Path(__file__).resolve().parent.parent / "Procfile"
GRACE_SECONDS = 10
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def main() -> int:
    """Start every process, wait for a reason to stop, stop them all; the exit status."""
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: stopping.append(number))
    starter = os.getppid()
    running = {name: start(command) for name, command in read_procfile().items()}
    try:
        while not stopping and os.getppid() == starter and not interrupted(starter):
            for name, process in running.items():
                if process.poll() is not None:
                    sys.stderr.write(f"{name} ended with {process.returncode}; stopping.\n")
                    return 1
            time.sleep(0.2)
    finally:
        sys.stderr.write("Stopping (a few seconds)\n")
        stop(list(running.values()))
    return 0


def read_procfile() -> dict[str, list[str]]:
    """Name and command of each process, environment variables filled in."""
    lines = [line.partition(":") for line in PROCFILE.read_text().splitlines() if line.strip()]
    return {name: shlex.split(os.path.expandvars(command)) for name, _, command in lines}


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """Start one process in a session of its own, so that Ctrl-C reaches it once, from here."""
    return subprocess.Popen(  # noqa: S603 - commands of our own Procfile
        command, start_new_session=True, stdin=subprocess.DEVNULL, preexec_fn=die_with_parent
    )


def die_with_parent() -> None:
    """Ask the kernel for a TERM when the supervisor is gone (a KILL cannot be passed on)."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def interrupted(starter: int) -> bool:
    """Whether the `make` above us was sent an INT or HUP that did not reach us.

    Make passes TERM on but counts on the terminal for the others. `kill -INT` of make alone would
    wait for us forever; while it waits, make has that signal blocked, which Linux shows.
    """
    try:
        status = Path(f"/proc/{starter}/status").read_text()
    except OSError:
        return False
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    if fields["Name"].strip() not in {"make", "gmake"}:
        return False
    blocked = int(fields["SigBlk"], 16)
    return any(blocked & (1 << (number - 1)) for number in (signal.SIGINT, signal.SIGHUP))


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask each process to end, wait, then end whatever is left of its session."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            sys.stderr.write(f"{process.args} did not end in time.\n")
    for process in processes:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
