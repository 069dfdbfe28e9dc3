"""Register entries of personal data in the privacy officer's own records."""

from django.utils.translation import gettext_lazy as _

from core.personal import Ground, PersonalField, register
from core.retention import in_words

OFFICER = _("privacy officer")
KEPT = in_words("privacy.subjectrequest")

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

# who decided, listed and approved: kept as proof that nothing was forgotten without a decision
register(
    PersonalField(
        model=model,
        field=field,
        purpose=purpose,
        ground=Ground.LEGAL_OBLIGATION,
        access=_("privacy officer, coordinator"),
        retention=_("as long as this product is in use, as proof"),
        erasure=False,
    )
    for model, field, purpose in [
        ("privacy.retentionpolicy", "decided_by", _("who decided how long something is kept")),
        ("privacy.retentionrun", "listed_by", _("who asked for a list of what is due")),
        ("privacy.retentionrun", "approved_by", _("who approved that something is forgotten")),
    ]
)
