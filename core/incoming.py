"""A mail that came in, as text: without markup, attachments, signature and what it quotes."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

from core.replies import Incoming

ADDRESSED = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
SHUT = {"script", "style", "head", "title", "template", "blockquote"}
LINES = {"br", "p", "div", "li", "tr", "h1", "h2", "h3"}
QUOTED = {"gmail_quote", "gmail_signature", "moz-signature", "yahoo_quoted"}
# "On 3 May Ann wrote:", over at most three lines, in the languages of our mails and German
INTRODUCES = re.compile(
    r"^(?:On|Op|Le|Am)\b[^\n]{0,200}(?:\n[^\n>]{0,200}){0,2}(?:wrote|schreef|écrit|schrieb)"
    r"[^\n]{0,120}:[ \xa0]*$",
    re.M,
)
# what Outlook puts above the mail that it answers
FORWARDS = re.compile(
    r"^(?:-{2,} ?(?:Original Message|Oorspronkelijk bericht|Message d'origine) ?-{2,}|_{10,}"
    r"|\*?(?:From|Van|De|Von):\*? [^\n]+\n\*?(?:Sent|Date|Verzonden|Datum|Envoyé|To|Aan|À):)",
    re.M,
)
SIGNS = re.compile(
    r"^(?:-- ?|(?:Sent from my|Verstuurd vanaf mijn|Verzonden vanaf mijn|Envoyé de mon)\b.*)$", re.M
)


class _Plain(HTMLParser):
    """The words of a page of HTML that somebody reads; what is quoted or signed stays away."""

    VOID = frozenset({"br", "img", "hr", "meta", "link", "input", "col", "wbr", "area", "base"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.shut: list[str] = []  # the open elements from the first one that nobody reads

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.VOID:
            self.words.append("\n" if tag == "br" and not self.shut else "")
            return
        named = {word for name, value in attrs if name == "class" for word in (value or "").split()}
        if self.shut or tag in SHUT or named & QUOTED:
            self.shut.append(tag)
        elif tag in LINES:
            self._new_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in self.shut:  # what was left open inside of it ends too
            while self.shut.pop() != tag:
                pass
        elif tag in LINES and not self.shut:
            self._new_line()

    def handle_data(self, data: str) -> None:
        if not self.shut:
            self.words.append(re.sub(r"\s+", " ", data))

    def _new_line(self) -> None:
        if "".join(self.words[-1:]) != "\n":
            self.words.append("\n")


def plain_words(html: str) -> str:
    """HTML as text; nothing of it is ever shown as markup."""
    page = _Plain()
    page.feed(html)
    page.close()
    return _tidy("".join(page.words))


def own_words(text: str) -> str:
    """What somebody wrote, without the mail that they answer and without a signature.

    An answer between the quoted lines stays. Of a mail that is nothing but quotes nothing is left.
    """
    text = _tidy(text)
    if found := FORWARDS.search(text):
        text = text[: found.start()]
    if found := INTRODUCES.search(text):
        before, after = text[: found.start()], text[found.end() :]
        # quoted with marks, the answer may stand below; without them all that follows is quoted
        text = f"{before}\n{after}" if re.search(r"^>", after, re.M) else before
    text = "\n".join(line for line in text.split("\n") if not line.startswith(">"))
    if found := SIGNS.search(text):
        text = text[: found.start()]
    return _tidy(text)


def _tidy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    text = text.encode(errors="replace").decode()  # half of a character is no text
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def parse(raw: bytes) -> tuple[EmailMessage, Incoming]:
    """A mail as it came, whole or its beginning, and what we read of it."""
    mail: Any = message_from_bytes(raw, policy=policy.default)
    number = str(mail.get("Message-ID", "")).strip()
    senders: Any = mail["From"].addresses if mail["From"] else ()
    return mail, Incoming(
        mail_id=number if 3 <= len(number) <= 255 else f"sha256:{sha256(raw).hexdigest()}",
        sender=senders[0].addr_spec.lower() if len(senders) == 1 else "",
        addresses=tuple(_addresses(mail)),
        text=_text(mail),
        has_attachments=any(mail.iter_attachments()) if mail.is_multipart() else False,
        is_automatic=_is_automatic(mail),
    )


def _addresses(mail: Any) -> list[str]:
    return [
        address
        for name in ADDRESSED
        for value in mail.get_all(name, [])
        for address in re.findall(r"[^\s<>,;\"]+@[^\s<>,;\"]+", str(value))
    ]


def _text(mail: Any) -> str:
    part = mail.get_body(("plain", "html"))
    if part is None:
        return ""
    written = part.get_content()
    html = part.get_content_subtype() == "html"
    return own_words(plain_words(written) if html else written)


def _is_automatic(mail: Any) -> bool:
    """Whether a program sent it (RFC 3834), a mailing list, or a mail server (RFC 5321)."""
    by_program = str(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower() != "no"
    precedence = str(mail.get("Precedence", "")).strip().lower()
    in_bulk = precedence in {"bulk", "junk", "list", "auto_reply"} or "List-Id" in mail
    from_nobody = str(mail.get("Return-Path", "")).strip() == "<>"
    return by_program or in_bulk or from_nobody or "X-Autoreply" in mail
