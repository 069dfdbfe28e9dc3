"""Register entries of personal data in the privacy officer's own records."""

from core.personal import Ground, PersonalField, register

OFFICER = "privacy officer"
KEPT = "five years after the request was closed, to show that it was answered"

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
        ("note", "to remember what was asked and agreed", True),
        ("refusal", "to tell the person why a request was refused", True),
        ("handled_by", "to know who answered", False),
    ]
)
