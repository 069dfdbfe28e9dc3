"""Register entries of personal data in the privacy officer's own records."""

from django.utils.translation import gettext_lazy as _

from core.personal import Ground, PersonalField, register

OFFICER = _("privacy officer")
KEPT = _("five years after the request was closed, to show that it was answered")

register(
    PersonalField(
        model="privacy.subjectrequest",
        field=field,
        purpose=purpose,
        ground=Ground.LEGAL_OBLIGATION,
        access=OFFICER,
        retention=KEPT,
        erasure=erasure,
    )
    for field, purpose, erasure in [
        ("note", _("to remember what was asked and agreed"), True),
        ("refusal", _("to tell the person why a request was refused"), True),
        ("handled_by", _("to know who answered"), False),
    ]
)
