"""Register entries of personal data about people with an account."""

from django.utils.translation import gettext_lazy as _

from core.personal import Ground, PersonalField, register

COORDINATOR = _("coordinator; the person; colleagues and movements who work with them see the name")
NOBODY = _("nobody reads it")
KEPT = _("as long as the account is open; then until no log row within its period names it")

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
    "sessions.session": {
        "session_data": (
            _("who is signed in on a device, or to which address a code went"),
            NOBODY,
        ),
        "session_key": (_("to recognise the device again"), NOBODY),
        "expire_date": (_("to sign out in time"), NOBODY),
    },
}
NOT_HANDED_OUT = {"password", "session_data", "session_key"}
RETENTION = {"sessions.session": _("a working day, or 90 days on a leader's phone; then deleted")}
# a role stays as a fact of the past, of a person whose name is then gone
EMPTIED = {"accounts.user": True, "accounts.rolegrant": False, "sessions.session": True}

register(
    PersonalField(
        model=model,
        field=field,
        purpose=purpose,
        ground=Ground.PUBLIC_TASK,
        access=access,
        retention=RETENTION.get(model, KEPT),
        export=field not in NOT_HANDED_OUT,
        erasure=EMPTIED[model],
    )
    for model, fields in PURPOSES.items()
    for field, (purpose, access) in fields.items()
)
