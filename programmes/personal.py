"""Personal data of this app: the people named by the programme in their office."""

from django.utils.translation import gettext_lazy as _

from core import subjects
from core.personal import Ground, PersonalField, register

register(
    [
        PersonalField(
            model="programmes.edition",
            field="contact_email",
            purpose=_("to let the public and volunteers reach the youth service"),
            ground=Ground.PUBLIC_TASK,
            access=_("public, on every page"),
            retention=_("as long as the edition is kept; replaced when somebody else takes over"),
            export=False,
            erasure=False,
        ),
        PersonalField(
            model="programmes.edition",
            field="signatory",
            purpose=_("to sign certificates on behalf of the city, by name and office"),
            ground=Ground.PUBLIC_TASK,
            access=_("everybody who sees a certificate"),
            retention=_("as long as the edition is kept; replaced when somebody else takes over"),
            export=False,
            erasure=False,
        ),
        PersonalField(
            model="programmes.partner",
            field="contact_email",
            purpose=_("to reach a partner about its people and its data agreement"),
            ground=Ground.PUBLIC_TASK,
            access=_("coordinator"),
            retention=_("as long as the partner works with the youth service"),
            export=False,
            erasure=False,
        ),
        *(
            PersonalField(
                model="programmes.secondment",
                field=field,
                purpose=purpose,
                ground=Ground.PUBLIC_TASK,
                access=_("coordinator; the person"),
                retention=_("as long as the account; a fact of the past once the name is gone"),
                erasure=False,
            )
            for field, purpose in {
                "user": _("to know who works in the team on behalf of a partner"),
                "partner": _("to know under whose data agreement they work"),
                "starts_on": _("to let access follow the secondment"),
                "ends_on": _(
                    "to let access follow the secondment; to know whose files need a new owner when"
                ),
                "ended_at": _("to stop access at that moment"),
            }.items()
        ),
    ]
)

subjects.extend("accounts.user", subjects.Part("programmes.secondment", "user", erased=False))
