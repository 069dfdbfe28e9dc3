"""Register entries of personal data about people with an account."""

import json

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import subjects
from core.calendar import now
from core.naming import Names, give_names
from core.personal import Ground, PersonalField, register
from core.retention import in_words
from core.sessions import SessionStore

COORDINATOR = _("coordinator; the person; colleagues and movements who work with them see the name")
NOBODY = _("nobody reads it")
KEPT = in_words("accounts.user")

give_names(
    "mfa.authenticator",
    Names(
        one=_("second factor"),
        many=_("second factors"),
        columns={
            "user": _("user"),
            "type": _("kind"),
            "created_at": _("added"),
            "last_used_at": _("used last"),
        },
    ),
)

PURPOSES = {
    "accounts.user": {
        "email": (_("to sign in and to receive mail"), COORDINATOR),
        "full_name": (
            _("to be addressed and to be known as the author of a decision"),
            COORDINATOR,
        ),
        "language": (_("to be written to in their language"), COORDINATOR),
        "is_active": (_("to close the account"), COORDINATOR),
        "last_login": (_("to find accounts that nobody uses"), COORDINATOR),
        "created_at": (_("to know how long the account exists"), COORDINATOR),
        "password": (_("no password: a random mark that ends sessions"), NOBODY),
    },
    "accounts.rolegrant": {
        "user": (_("to know whose role it is"), COORDINATOR),
        "role": (_("to decide what somebody may do"), COORDINATOR),
        "starts_on": (_("to decide it by date"), COORDINATOR),
        "ends_on": (_("to decide it by date"), COORDINATOR),
        "ended_at": (_("to stop access at that moment"), COORDINATOR),
    },
    "accounts.staffinvitation": {
        "user": (_("to know who may set up a second factor"), COORDINATOR),
        "sent_by": (_("to know who let them in"), COORDINATOR),
        "created_at": (_("to know when the invitation was sent"), COORDINATOR),
        "expires_at": (_("to end it in time"), COORDINATOR),
        "accepted_at": (_("to use it once"), COORDINATOR),
    },
    "accounts.calendarfeed": {
        "user": (_("to show somebody their dates in their own calendar"), NOBODY),
        "created_at": (_("to tell since when an address works"), NOBODY),
    },
    "mfa.authenticator": {
        "user": (_("to know whose second factor it is"), COORDINATOR),
        "type": (_("to know what to ask for at sign-in"), COORDINATOR),
        "data": (_("to check what is shown at sign-in; secrets are encrypted"), NOBODY),
        "created_at": (_("to recognise what somebody else added"), COORDINATOR),
        "last_used_at": (_("to recognise what somebody else used"), COORDINATOR),
    },
    "sessions.session": {
        "session_data": (
            _("who is signed in on a device, or to which address a code went"),
            NOBODY,
        ),
        "session_key": (_("to recognise the device again"), NOBODY),
        "expire_date": (_("to sign out in time"), NOBODY),
    },
}
NOT_HANDED_OUT = {"password", "data", "session_data", "session_key"}
RETENTION = {
    "accounts.calendarfeed": _("until the person takes it away; at most as long as the account"),
    "sessions.session": _("a working day, or 90 days on a leader's phone; then deleted"),
}
DONE = ("actor", "at", "verb")  # what a log says about who did something
SENT = ("sent_by", "created_at")  # what an invitation says about who sent it
# a role stays as a fact of the past, of a person whose name is then gone
EMPTIED = {"email", "full_name", "last_login", *PURPOSES["sessions.session"]}

register(
    PersonalField(
        model=model,
        field=field,
        purpose=purpose,
        ground=Ground.PUBLIC_TASK,
        access=access,
        retention=RETENTION.get(model, KEPT),
        export=field not in NOT_HANDED_OUT,
        erasure=field in EMPTIED,
    )
    for model, fields in PURPOSES.items()
    for field, (purpose, access) in fields.items()
)


# Where everything about somebody with an account stands ------------------------------------------


def find(words: str) -> QuerySet[User]:
    """Accounts with every word in the name or the address."""
    return subjects.with_words(User.objects.all(), words, "full_name", "email")


def describe(user: User) -> str:
    """Name and address."""
    return f"{user.full_name}, {user.email}"


def sessions_of(user: User) -> QuerySet[Session]:
    """Live sessions in which somebody is signed in, or that wait for a code sent to them.

    A session names its user inside an encrypted text, so each live one is read.
    """
    store = SessionStore()
    live = Session.objects.filter(expire_date__gt=now())
    numbers = [row.pk for row in live.iterator() if _is_of(store.decode(row.session_data), user)]
    return Session.objects.filter(pk__in=numbers)


def _is_of(data: dict[str, object], user: User) -> bool:
    mine = data.get("_auth_user_id") == str(user.pk)
    return mine or json.dumps(user.email) in json.dumps(data, default=str)


subjects.register(
    subjects.Kind(
        model="accounts.user",
        label=_("somebody with an account"),
        find=find,
        describe=describe,
        parts=[
            subjects.Part("accounts.user"),
            subjects.Part("accounts.rolegrant", "user"),
            subjects.Part("accounts.staffinvitation", "user"),
            subjects.Part("accounts.staffinvitation", "sent_by", fields=SENT, erased=False),
            subjects.Part("accounts.calendarfeed", "user"),
            subjects.Part("mfa.authenticator", "user"),
            subjects.Part("sessions.session", among=sessions_of),
            subjects.Part("core.job", "owner", by_key=True),
            subjects.Part("core.outboxmessage", "recipient", by_key=True),
            subjects.Part("core.optout", "recipient", by_key=True),
            subjects.Part(
                "core.logretention",
                "approved_by",
                fields=("approved_by", "at"),
                by_key=True,
                erased=False,
            ),
            # whose record was opened or changed is about somebody else
            *(
                subjects.Part(log, "actor", fields=DONE, by_key=True, erased=False)
                for log in ("core.activitylog", "core.accesslog")
            ),
        ],
    )
)
