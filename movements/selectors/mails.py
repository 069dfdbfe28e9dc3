"""Under which keys one person gets mail, and which mails leaders can do without."""

from collections.abc import Iterable
from hashlib import sha256

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy

from accounts.enums import STAFF, Role
from core import replies
from core.logs import ActivityLog
from core.mail_reports import last_mail_failed
from core.outbox import OutboxMessage
from core.preferences import keys_of, offer, same_person
from movements.models import Mandate, Movement

TALK = 1  # the topic of addresses at which the conversation of a movement is answered

offer(
    "reminders",
    called=gettext_lazy("Reminders about your team"),
    about=gettext_lazy(
        "Who takes over, and until when. If you get none, somebody else of your team is asked."
    ),
    roles=[Role.LEADER],
)
offer(
    "notices",
    called=gettext_lazy("Messages"),
    about=gettext_lazy(
        "A mail when somebody wrote to you in the conversation between a movement and the "
        "youth service. The conversation itself stays on its page."
    ),
    roles=[Role.LEADER, *STAFF],
)


@same_person
def keys_of_leader(recipient: str) -> Iterable[str]:
    """The account and the mandates of one person, by any of their keys ("mandate:12", "user:7").

    The same account, or else the same address, is the same person.
    """
    model, _colon, number = recipient.partition(":")
    if model == "user":
        return [mandate.key for mandate in Mandate.objects.filter(user=int(number))]
    if model != "mandate":
        return []
    mandate = Mandate.objects.filter(pk=int(number)).first()
    return [] if mandate is None else _keys_beside(mandate)


def _keys_beside(mandate: Mandate) -> list[str]:
    same = Q(pk=mandate.pk)
    if mandate.email:
        same |= Q(email__iexact=mandate.email, user=mandate.user_id)
    if mandate.user_id:
        same |= Q(user=mandate.user_id)
    keys = [each.key for each in Mandate.objects.filter(same)]
    return [*keys, f"user:{mandate.user_id}"] if mandate.user_id else keys


def mail_that_failed(mandate: Mandate) -> OutboxMessage | None:
    """The last mail to this person, when it did not arrive at the address they have now."""
    failed = last_mail_failed(keys_of(mandate.key))
    if failed is None or failed.settled_at is None:
        return None
    later = ActivityLog.objects.filter(
        object_type=mandate._meta.label_lower, object_id=str(mandate.pk), at__gt=failed.settled_at
    )
    fields = later.values_list("fields", flat=True)
    return None if any("email" in names for names in fields) else failed


def reply_address(movement: Movement, user: int | None) -> str:
    """Where somebody with an account answers a mail, so that it lands in the conversation.

    Empty where no mailbox is read, and for who has no account: then the mail says where to answer.
    """
    return replies.address_for(topic=TALK, about=movement.pk, user=user) if user else ""


def thread_of(movement: Movement) -> str:
    """A Message-ID that no mail has: the mails of one conversation all name it (RFC 5322)."""
    words = f"{settings.SECRET_KEY}:conversation:{movement.pk}"
    return f"<{sha256(words.encode()).hexdigest()[:24]}.talk@{settings.MAIL_DOMAIN}>"
