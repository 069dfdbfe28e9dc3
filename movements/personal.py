"""The personal data of this app: leaders are volunteers of 17 to 23, so it is little."""

from collections.abc import Iterator

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import subjects
from core.outbox import OutboxMessage
from core.personal import Ground, PersonalField, register
from core.preferences import OptOut
from core.retention import Words, in_words
from movements.models import Invitation, JoinRequest, Mandate

STAFF_AND_SELF = _("youth service; the leaders of the same movement")
AFTER_MANDATE = in_words("movements.mandate")
AS_LONG_AS_SAID = in_words("movements.message")
AFTER_LINK = _("30 days after it stopped working")
AFTER_REQUEST = _("30 days after it was decided or its link stopped working")
AS_THE_ACCOUNT = _("as long as the account; a fact of the past once the name is gone")


def _entry(
    model: str,
    field: str,
    purpose: Words,
    *,
    retention: Words = AFTER_MANDATE,
    access: Words = STAFF_AND_SELF,
    erasure: bool = True,
) -> PersonalField:
    return PersonalField(
        model=f"movements.{model}",
        field=field,
        purpose=purpose,
        ground=Ground.PUBLIC_TASK,
        access=access,
        retention=retention,
        erasure=erasure,
    )


def _links_and_requests() -> Iterator[PersonalField]:
    """Who passed a team on by a link, and who asks to be in it."""
    for field, purpose in {
        "made_by": _("to tell who passed the team on; the link stops with their mandate"),
        "created_at": _("to know whether a link still works"),
    }.items():
        yield _entry("teamlink", field, purpose, retention=AFTER_LINK, erasure=False)
    for field, purpose in {
        "name": _("to know who wants to join a team"),
        "email": _("to invite who is taken into the team"),
        "turns_18_on": _("to know who is under 18: of them no phone number is kept"),
        "function": _("to know as what somebody joins"),
        "starts_on": _("to let access follow the mandate"),
        "asked_at": _("to know how long somebody waits"),
        "proposed_by": _("to tell who gave a name"),
        "state": _("to know whether somebody was taken into the team"),
        "decided_at": _("to know whether somebody was taken into the team"),
        "decided_by": _("to know who took somebody into the team"),
        "mandate": _("to know as whom somebody was taken into the team"),
    }.items():
        emptied = field in {"name", "email", "turns_18_on"}
        yield _entry("joinrequest", field, purpose, retention=AFTER_REQUEST, erasure=emptied)


register(
    [
        _entry(
            "movement",
            "mailbox",
            _("to reach the group; may hold a name"),
            retention=_("as long as the movement is known here; replaced by another"),
        ),
        _entry("mandate", "user", _("to let a leader sign in")),
        _entry("mandate", "name", _("to know who leads a movement")),
        _entry("mandate", "email", _("to reach a leader")),
        _entry("mandate", "phone", _("to reach a leader")),
        _entry(
            "mandate",
            "turns_18_on",
            _("to know who is under 18: of them no phone number is kept"),
            access=_("youth service"),
            retention=_("until that day"),
        ),
        _entry("mandate", "function", _("to know who answers for a movement"), erasure=False),
        _entry("mandate", "starts_on", _("to let access follow the mandate"), erasure=False),
        _entry(
            "mandate",
            "ends_on",
            _("to let access follow the mandate; to send reminders"),
            erasure=False,
        ),
        _entry("mandate", "ended_at", _("to stop access at that moment"), erasure=False),
        _entry(
            "mandate",
            "merged_into",
            _("to count somebody who was recorded twice as one person"),
            erasure=False,
        ),
        _entry(
            "mandate",
            "confirmed_on",
            _("to end the access of who leads no more and did not say so"),
            erasure=False,
        ),
        _entry(
            "mandate",
            "came_back_on",
            _("to let a main leader object to somebody who came back too late"),
            erasure=False,
        ),
        _entry(
            "invitation",
            "mandate",
            _("to know who was invited"),
            retention=_("until it is replaced"),
        ),
        _entry(
            "invitation", "sent_by", _("to tell who invites"), retention=_("until it is replaced")
        ),
        _entry(
            "invitation",
            "created_at",
            _("to know whether a link still works"),
            retention=_("until it is replaced"),
            erasure=False,
        ),
        _entry(
            "invitation",
            "expires_at",
            _("to know whether a link still works"),
            retention=_("until it is replaced"),
            erasure=False,
        ),
        _entry(
            "headcount",
            "given_by",
            _("to know whom to ask about the numbers of a group"),
            access=_("youth service"),
            retention=AS_THE_ACCOUNT,
            erasure=False,
        ),
        _entry(
            "message",
            "author",
            _("to know who said something"),
            retention=AS_LONG_AS_SAID,
            erasure=False,
        ),
        _entry(
            "message",
            "text",
            _("the conversation between a movement and the youth service; may name somebody"),
            retention=AS_LONG_AS_SAID,
        ),
        _entry(
            "message",
            "mail_id",
            _("to take in a mail once"),
            retention=AS_LONG_AS_SAID,
            access=_("nobody reads it"),
            erasure=False,
        ),
        *_links_and_requests(),
        _entry(
            "coachassignment",
            "user",
            _("to tell who coaches a movement"),
            access=_("youth service"),
            retention=AS_THE_ACCOUNT,
            erasure=False,
        ),
        _entry(
            "coachassignment",
            "starts_on",
            _("to know who coached when"),
            access=_("youth service"),
            retention=AS_THE_ACCOUNT,
            erasure=False,
        ),
        _entry(
            "coachassignment",
            "ends_on",
            _("to know who coached when"),
            access=_("youth service"),
            retention=AS_THE_ACCOUNT,
            erasure=False,
        ),
    ]
)


# Where everything about somebody who leads stands ------------------------------------------------


def find(words: str) -> QuerySet[Mandate]:
    """Of each address the newest mandate, with every word in the name or the address."""
    found = subjects.with_words(Mandate.objects.all(), words, "name", "email")
    by_address = found.exclude(email="").order_by().values(address=Lower("email"))
    newest = by_address.annotate(newest=Max("pk")).values("newest")
    return found.filter(Q(email="") | Q(pk__in=newest)).order_by("name", "pk")


def describe(mandate: Mandate) -> str:
    """Name, address, movement and since when."""
    since = date_format(mandate.starts_on, "j F Y")
    return f"{mandate.name}, {mandate.email}, {mandate.movement}, {since}"


def mandates_of(mandate: Mandate) -> QuerySet[Mandate]:
    """All mandates with the same address: the same person, in another year or movement."""
    same = Q(email__iexact=mandate.email) if mandate.email else Q()
    return Mandate.objects.filter(same & ~Q(email="") | Q(pk=mandate.pk))


def _invitations(mandate: Mandate) -> QuerySet[Invitation]:
    return Invitation.objects.filter(mandate__in=mandates_of(mandate))


def _mails(mandate: Mandate) -> QuerySet[OutboxMessage]:
    keys = [each.key for each in mandates_of(mandate)]
    return OutboxMessage.objects.filter(recipient__in=keys)


def requests_of(address: str) -> QuerySet[JoinRequest]:
    """Requests to join a team by somebody with an address, capitals aside."""
    asked = JoinRequest.objects.filter(email__iexact=address)
    return asked if address else asked.none()


def _requests(mandate: Mandate) -> QuerySet[JoinRequest]:
    asked = requests_of(mandate.email)
    return asked | JoinRequest.objects.filter(mandate__in=mandates_of(mandate))


def _requests_of_account(user: User) -> QuerySet[JoinRequest]:
    return requests_of(user.email) | JoinRequest.objects.filter(mandate__user=user)


def _opt_outs(mandate: Mandate) -> QuerySet[OptOut]:
    keys = [each.key for each in mandates_of(mandate)]
    return OptOut.objects.filter(recipient__in=keys)


# the link itself is not kept, and its digest tells nobody anything
ASKED = (
    "name",
    "email",
    "turns_18_on",
    "function",
    "starts_on",
    "asked_at",
    "state",
    "decided_at",
    "mandate",
)
INVITED = ("mandate", "sent_by", "created_at", "expires_at")

subjects.register(
    subjects.Kind(
        model="movements.mandate",
        label=_("somebody who leads a movement"),
        can_be_restricted=True,
        find=find,
        describe=describe,
        related=("movement",),
        parts=[
            subjects.Part("movements.mandate", among=mandates_of),
            subjects.Part("movements.invitation", fields=INVITED, among=_invitations),
            subjects.Part("movements.joinrequest", fields=ASKED, among=_requests),
            subjects.Part("core.outboxmessage", among=_mails),
            subjects.Part("core.optout", among=_opt_outs),
        ],
    )
)
subjects.extend(
    "accounts.user",
    subjects.Part("movements.mandate", "user"),
    subjects.Part("movements.invitation", "mandate__user", fields=INVITED),
    subjects.Part(
        "movements.invitation", "sent_by", fields=("sent_by", "created_at"), erased=False
    ),
    subjects.Part("movements.joinrequest", fields=ASKED, among=_requests_of_account),
    subjects.Part(
        "movements.joinrequest", "proposed_by", fields=("proposed_by", "asked_at"), erased=False
    ),
    subjects.Part(
        "movements.joinrequest", "decided_by", fields=("decided_by", "decided_at"), erased=False
    ),
    subjects.Part("movements.teamlink", "made_by", fields=("made_by", "created_at"), erased=False),
    subjects.Part("movements.headcount", "given_by", fields=("given_by",), erased=False),
    subjects.Part("movements.coachassignment", "user", erased=False),
    subjects.Part("movements.message", "author", fields=("author", "at", "text"), erased=False),
)
