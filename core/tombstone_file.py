"""The file of tombstones, apart from the database and its backups: one line for each erased record.

    recruitment.child 17 2026-11-22T10:15:00+00:00 5f0c1b3a9d2e4f67

Lines are only added, each with one write that is on the disk before it counts. The last word is a
checksum over the others. What a crash left unfinished is closed with the word "torn" by the next
write; the erasure that it belonged to never came to its end. Whoever keeps tombstones elsewhere
replaces this class: `entries()`, `append()`, `state()` are all that is asked of it.
"""

import fcntl
import os
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

Entry = tuple[str, int]  # kind of record, its number
TORN = b" torn\n"


@dataclass(frozen=True)
class Content:
    """What a file says: its entries, oldest first, and how many of its lines are damaged."""

    entries: dict[Entry, datetime]
    damaged: int = 0


class TombstoneFile:
    """A file that only grows, shared by every process."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def state(self) -> tuple[int, ...] | None:
        """Something that differs once the file does; None without a file. May raise OSError."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    def read(self) -> Content:
        """Everything in it; nothing without a file. May raise OSError.

        A line without its end is being written, or was never finished: no erasure rests on it.
        """
        try:
            lines = self.path.read_bytes().split(b"\n")[:-1]
        except FileNotFoundError:
            return Content({})
        entries: dict[Entry, datetime] = {}
        damaged = 0
        for line in lines:
            entry = _entry(line)
            if entry:
                entries.setdefault(entry[0], entry[1])
            elif not line.endswith(TORN.rstrip()):
                damaged += 1
        return Content(entries, damaged)

    def append(self, entry: Entry, at: datetime) -> None:
        """Add one line and wait until the disk has it. May raise OSError: then it does not count.

        One writer at a time, so that nobody takes another's unfinished line for a torn one.
        """
        self._create()
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            line = _line(entry, at)
            if not _ends_with_a_line(handle):
                line = TORN + line
            written = os.write(handle, line)
            os.fsync(handle)
            if written < len(line):
                raise OSError("the tombstone was not written as a whole")
        finally:
            os.close(handle)  # which unlocks too

    def _create(self) -> None:
        """Make folder and file, and have the disk know their names."""
        if self.path.exists():
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600))
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _ends_with_a_line(handle: int) -> bool:
    size = os.fstat(handle).st_size
    return size == 0 or os.pread(handle, 1, size - 1) == b"\n"


def _checksum(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _line(entry: Entry, at: datetime) -> bytes:
    text = f"{entry[0]} {entry[1]} {at.isoformat(timespec='seconds')}"
    return f"{text} {_checksum(text)}\n".encode()


def _entry(line: bytes) -> tuple[Entry, datetime] | None:
    """The entry of a line; None for one that is damaged."""
    text, _, checksum = line.decode(errors="replace").rpartition(" ")
    if not text or _checksum(text) != checksum:
        return None
    model, number, at = text.split(" ")
    return (model, int(number)), datetime.fromisoformat(at)
