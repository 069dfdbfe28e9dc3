"""The personal data of this app: leaders are volunteers of 17 to 23, so it is little."""

from core.personal import Ground, PersonalField, register

STAFF_AND_SELF = "youth service; the leaders of the same movement"
AFTER_MANDATE = "until five years after the mandate, for the history of the movement"


def _entry(
    model: str,
    field: str,
    purpose: str,
    *,
    retention: str = AFTER_MANDATE,
    access: str = STAFF_AND_SELF,
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


register(
    [
        _entry("movement", "mailbox", "reach the group; may hold a name"),
        _entry("mandate", "user", "sign-in of a leader"),
        _entry("mandate", "name", "know who leads a movement"),
        _entry("mandate", "email", "reach a leader"),
        _entry("mandate", "phone", "reach a leader"),
        _entry("mandate", "function", "know who answers for a movement", erasure=False),
        _entry("mandate", "starts_on", "access follows the mandate", erasure=False),
        _entry("mandate", "ends_on", "access follows the mandate; reminders", erasure=False),
        _entry("mandate", "ended_at", "access stops at this moment", erasure=False),
        _entry("invitation", "mandate", "who was invited", retention="until it is replaced"),
        _entry("invitation", "sent_by", "tell who invites", retention="until it is replaced"),
        _entry(
            "invitation",
            "created_at",
            "know whether a link still works",
            retention="until it is replaced",
            erasure=False,
        ),
        _entry(
            "invitation",
            "expires_at",
            "know whether a link still works",
            retention="until it is replaced",
            erasure=False,
        ),
        _entry("coachassignment", "user", "tell who coaches a movement", access="youth service"),
        _entry(
            "coachassignment",
            "starts_on",
            "who coached when",
            access="youth service",
            erasure=False,
        ),
        _entry(
            "coachassignment", "ends_on", "who coached when", access="youth service", erasure=False
        ),
    ]
)
