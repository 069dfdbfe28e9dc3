"""What somebody rather not gets by mail, and the way out that each such mail carries.

A kind of mail that nobody needs belongs to a group; who opts out of a group gets no mail of it any
more. Codes, invitations and decisions have no group. One click is enough (RFC 8058).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.calendar import now
from core.logs import log_activity
from core.retention import Words

SALT = "unsubscribe"


class OptOut(models.Model):
    """Somebody does not want the mails of one group."""

    recipient = models.CharField(_("recipient"), max_length=40)
    group = models.CharField(_("kind of mail"), max_length=20)
    at = models.DateTimeField(_("at"), default=now)

    class Meta:
        verbose_name = _("mails not wanted")
        verbose_name_plural = _("mails not wanted")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["recipient", "group"], name="opt_out_once")]

    def __str__(self) -> str:
        return f"{self.group} {self.recipient}"


@dataclass(frozen=True)
class Group:
    """Mails that somebody can do without: their name for people, and which roles get them."""

    name: str
    called: Words
    about: Words
    roles: frozenset[str]


_groups: dict[str, Group] = {}
_same_person: list[Callable[[str], Iterable[str]]] = []


def offer(name: str, *, called: Words, about: Words, roles: Iterable[str]) -> None:
    """Let the people with one of these roles choose whether they want a group of mails."""
    _groups[name] = Group(name, called, about, frozenset(roles))


def groups(roles: Iterable[str]) -> list[Group]:
    """The groups of mails that somebody with these roles may get, in the order of the layers."""
    return [group for group in _groups.values() if group.roles & frozenset(roles)]


def group_named(name: str) -> Group | None:
    """The group of this name; None for one that is not offered any more."""
    return _groups.get(name)


def same_person(source: Callable[[str], Iterable[str]]) -> Callable[[str], Iterable[str]]:
    """Decorator: `source` gives the other keys of the person who bears this one."""
    _same_person.append(source)
    return source


def keys_of(recipient: str) -> set[str]:
    """Every key of one person: an account, and each mandate in each movement."""
    return {recipient, *(key for source in _same_person for key in source(recipient))}


def wants(recipient: str, group: str) -> bool:
    """Whether somebody ("user:7", "mandate:12") still wants the mails of a group."""
    return not OptOut.objects.filter(recipient__in=keys_of(recipient), group=group).exists()


@transaction.atomic
def opt_out(*, recipient: str, group: str, by: object = None) -> None:
    """No mails of this group any more, whatever key they go by; again changes nothing."""
    row, created = OptOut.objects.get_or_create(recipient=recipient, group=group)
    if created:
        log_activity(actor=by, verb="opted out", obj=row, state=group)


@transaction.atomic
def opt_in(*, recipient: str, group: str, by: object = None) -> None:
    """The mails of this group again; again changes nothing."""
    for row in OptOut.objects.filter(recipient__in=keys_of(recipient), group=group):
        log_activity(actor=by, verb="opted in", obj=row, state=group)
        row.delete()


# The way out that a mail carries ------------------------------------------------------------------


def token_for(recipient: str, group: str) -> str:
    """What stands in the link: signed, good for one person and one group, without an end."""
    return signing.dumps([recipient, group], salt=SALT)


def read_token(token: str) -> tuple[str, str] | None:
    """(recipient, group) of a link; None for one that is not ours."""
    try:
        recipient, group = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(recipient), str(group)


def link_for(recipient: str, group: str) -> str:
    """The whole address at which somebody gets out of a group."""
    path = reverse("unsubscribe", args=[token_for(recipient, group)])
    return f"{settings.PUBLIC_URL}{path}"


def headers_for(recipient: str, group: str) -> dict[str, str]:
    """What tells a mail program that one click is enough (RFC 2369, RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{link_for(recipient, group)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
