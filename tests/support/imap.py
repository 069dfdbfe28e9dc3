"""A real IMAP server (RFC 3501, as much of it as fetching mail needs), in a thread."""

import re
import socketserver
import threading
from dataclasses import dataclass, field
from typing import Any

LINE = re.compile(rb"^(\S+) (UID )?(\w+) ?(.*)\r\n$", re.S)

FIXED = {"CAPABILITY": b"* CAPABILITY IMAP4rev1", "LOGOUT": b"* BYE"}


@dataclass
class Mailbox:
    """The mails of one INBOX, by number; which of them were seen; what it was asked."""

    port: int = 0
    password: str = "secret"
    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    # a command at which the server hangs up, as if it died
    dies_at: str = ""

    @property
    def url(self) -> str:
        return f"imap://label:{self.password}@127.0.0.1:{self.port}/INBOX"

    def put(self, mail: Any) -> int:
        """Let a mail arrive (bytes, or a message of the email package); gives its number."""
        number = len(self.mails) + 1
        self.mails[number] = mail if isinstance(mail, bytes) else bytes(mail)
        return number

    def answer(self, command: str, rest: bytes) -> tuple[list[bytes], bytes]:
        """The untagged lines, and the end of the tagged one."""
        if command in FIXED:
            return [FIXED[command]], b"OK done"
        if command == "LOGIN":
            right = rest.replace(b'"', b"") == f"label {self.password}".encode()
            return [], b"OK in" if right else b"NO wrong"
        if command == "SELECT":
            exists = rest.strip(b'"') == b"INBOX"
            return [b"* %d EXISTS" % len(self.mails)], b"OK there" if exists else b"NO such folder"
        if command == "SEARCH":
            unseen = sorted(set(self.mails) - self.seen)
            return [b"* SEARCH " + b" ".join(b"%d" % uid for uid in unseen)], b"OK done"
        if command == "STORE":
            self.seen.add(int(rest.split()[0]))
            return [], b"OK done"
        return self._fetch(rest)

    def _fetch(self, rest: bytes) -> tuple[list[bytes], bytes]:
        asked = re.match(rb"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest)
        if asked is None or int(asked[1]) not in self.mails:
            return [], b"OK nothing" if asked else b"BAD"
        uid, text = int(asked[1]), self.mails[int(asked[1])][: int(asked[2])]
        head = b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n" % (uid, uid, len(text))
        return [head + text + b")"], b"OK done"


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Mailbox = self.server.mailbox  # type: ignore[attr-defined]
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            found = LINE.match(line)
            assert found, line
            command = found[3].decode().upper()
            box.asked.append(command)
            if command == box.dies_at:
                return
            lines, end = box.answer(command, found[4])
            self.wfile.write(b"".join(each + b"\r\n" for each in lines))
            self.wfile.write(found[1] + b" " + end + b"\r\n")
            if command == "LOGOUT":
                return


class ImapServer:
    """The mailbox on a free port."""

    def __enter__(self) -> Mailbox:
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session)
        self.server.daemon_threads = True
        mailbox = self.server.mailbox = Mailbox(port=self.server.server_address[1])  # type: ignore[attr-defined]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        return mailbox

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
