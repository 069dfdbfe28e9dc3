"""The conversation of a movement with the youth service: who says something, who hears of it."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from accounts.rules import is_staff_member
from core import replies
from core.errors import Refused
from core.logs import log_activity
from movements.emails import queue_notices
from movements.models import Mandate, Message, Movement
from movements.rules import leads, may_talk
from movements.selectors.mails import TALK

MOST_CHARACTERS = 4000


@transaction.atomic
def say(*, movement: Movement, text: str, by: User, mail_id: str | None = None) -> Message:
    """Add a message; the other side gets a mail after at most a quarter of an hour.

    Said by who leads the movement, also while their yearly yes is still to come, or by the youth
    service. A mail that was taken in before (`mail_id`) gives the message that it became. Raises
    Refused for no text, too much of it, or somebody who has no part in this conversation.
    """
    text = text.replace("\r\n", "\n").strip()
    if not may_talk.test(by, movement):
        raise Refused(_("Only who leads this movement now, and the youth service, write here."))
    if not text:
        raise Refused(_("Write something first."))
    if len(text) > MOST_CHARACTERS:
        raise Refused(_("Use at most %(limit)s characters.") % {"limit": MOST_CHARACTERS})
    if mail_id and (known := Message.objects.filter(mail_id=mail_id).first()):
        return known
    # who leads a movement speaks for it, also when they work for the youth service
    message = Message.objects.create(
        movement=movement,
        author=by,
        from_staff=not leads.test(by, movement) and is_staff_member.test(by),
        text=text,
        mail_id=mail_id,
    )
    log_activity(actor=by, verb="wrote", obj=message)
    queue_notices(message)
    return message


@replies.answers_about(TALK)
def answer_by_mail(about: int, user: int, mail: replies.Incoming) -> bool:
    """A mail becomes a message, if it comes from an address of who may say something there now."""
    movement = Movement.objects.filter(pk=about).first()
    author = User.objects.filter(pk=user, is_active=True).first()
    if movement is None or author is None or not mail.sender:
        return False
    if mail.sender not in _addresses(author, movement) or not may_talk.test(author, movement):
        return False
    with override(movement.language):
        text = _as_message(mail)
    if not text:
        return False
    say(movement=movement, text=text, by=author, mail_id=mail.mail_id)
    return True


def _addresses(author: User, movement: Movement) -> set[str]:
    mandates = Mandate.objects.active().filter(user=author, movement=movement)
    return {email.lower() for email in [author.email, *(one.email for one in mandates)]}


def _as_message(mail: replies.Incoming) -> str:
    """What it says, and a note on what did not come along."""
    note = _("(Something was attached. Attachments of mails are not kept.)")
    cut = _("(The mail was longer; the rest was left out.)")
    notes = [note] if mail.has_attachments else []
    room = MOST_CHARACTERS - len(note) - len(cut) - 10
    text = mail.text
    if len(text) > room:
        text, notes = text[:room], [cut, *notes]
    return "\n\n".join([text, *notes] if text else notes)


@transaction.atomic
def forget_message(*, message: Message, by: User | None) -> None:
    """Delete a message that was kept long enough."""
    log_activity(actor=by, verb="deleted", obj=message)
    message.delete()
