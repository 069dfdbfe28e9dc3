"""The personal data of this app: leaders are volunteers of 17 to 23, so it is little."""

from django.utils.translation import gettext_lazy as _

from core.personal import Ground, PersonalField, Words, register

STAFF_AND_SELF = _("youth service; the leaders of the same movement")
AFTER_MANDATE = _("until five years after the mandate, for the history of the movement")


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


register(
    [
        _entry("movement", "mailbox", _("reach the group; may hold a name")),
        _entry("mandate", "user", _("sign-in of a leader")),
        _entry("mandate", "name", _("know who leads a movement")),
        _entry("mandate", "email", _("reach a leader")),
        _entry("mandate", "phone", _("reach a leader")),
        _entry("mandate", "function", _("know who answers for a movement"), erasure=False),
        _entry("mandate", "starts_on", _("access follows the mandate"), erasure=False),
        _entry("mandate", "ends_on", _("access follows the mandate; reminders"), erasure=False),
        _entry("mandate", "ended_at", _("access stops at this moment"), erasure=False),
        _entry("invitation", "mandate", _("who was invited"), retention=_("until it is replaced")),
        _entry("invitation", "sent_by", _("tell who invites"), retention=_("until it is replaced")),
        _entry(
            "invitation",
            "created_at",
            _("know whether a link still works"),
            retention=_("until it is replaced"),
            erasure=False,
        ),
        _entry(
            "invitation",
            "expires_at",
            _("know whether a link still works"),
            retention=_("until it is replaced"),
            erasure=False,
        ),
        _entry(
            "coachassignment", "user", _("tell who coaches a movement"), access=_("youth service")
        ),
        _entry(
            "coachassignment",
            "starts_on",
            _("who coached when"),
            access=_("youth service"),
            erasure=False,
        ),
        _entry(
            "coachassignment",
            "ends_on",
            _("who coached when"),
            access=_("youth service"),
            erasure=False,
        ),
    ]
)
