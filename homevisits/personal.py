"""Register entries of personal data about home visits."""

from core.personal import Ground, PersonalField, register

TEAM = "team of the youth service (every look is logged)"
OWNER = "owner of the household and one backup (every look is logged)"
KEPT = "12 months after the guidance closes"

FAMILY = {
    "household": ("to know which family was visited", TEAM),
    "on": ("to count the visit in the right period", TEAM),
    "outcome": ("to count the visits where we talked", TEAM),
    "place": ("to know where the child lives: at home or in a reception centre", TEAM),
    "purpose": ("to prepare the next visit", TEAM),
    "next_steps": ("to do what was agreed", OWNER),
    "follow_up_on": ("to come back in time", TEAM),
}
STAFF = {
    "visitors": "who went, also for their safety",
    "recorded_by": "who wrote it down",
    "recorded_at": "when it was written down",
}

register(
    PersonalField("homevisits.homevisit", field, purpose, Ground.PUBLIC_TASK, access, KEPT)
    for field, (purpose, access) in FAMILY.items()
)
register(
    PersonalField(
        "homevisits.homevisit", field, purpose, Ground.PUBLIC_TASK, TEAM, KEPT, erasure=False
    )
    for field, purpose in STAFF.items()
)
