"""Register entries of personal data about home visits."""

from django.utils.translation import gettext_lazy as _

from core import subjects
from core.personal import Ground, PersonalField, register
from core.retention import in_words

TEAM = _("team of the youth service (every look is logged)")
OWNER = _("owner of the household and one backup (every look is logged)")
KEPT = in_words("recruitment.family")

FAMILY = {
    "household": (_("to know which family was visited"), TEAM),
    "on": (_("to count the visit in the right period"), TEAM),
    "outcome": (_("to count the visits where we talked"), TEAM),
    "place": (_("to know where the child lives: at home or in a reception centre"), TEAM),
    "purpose": (_("to prepare the next visit"), TEAM),
    "next_steps": (_("to do what was agreed"), OWNER),
    "follow_up_on": (_("to come back in time"), TEAM),
}
STAFF = {
    "visitors": _("who went, also for their safety"),
    "recorded_by": _("who wrote it down"),
    "recorded_at": _("when it was written down"),
}

# that there was a visit counts, also of a family without a name
EMPTIED = {"next_steps", "follow_up_on"}

register(
    PersonalField(
        "homevisits.homevisit",
        field,
        purpose,
        Ground.PUBLIC_TASK,
        access,
        KEPT,
        erasure=field in EMPTIED,
    )
    for field, (purpose, access) in FAMILY.items()
)
register(
    PersonalField(
        "homevisits.homevisit", field, purpose, Ground.PUBLIC_TASK, TEAM, KEPT, erasure=False
    )
    for field, purpose in STAFF.items()
)

# what was said may be about a brother or sister, so it is in the file of the family only
SHARED = ("household", "on", "outcome", "place", "purpose", "follow_up_on")

subjects.extend("recruitment.household", subjects.Part("homevisits.homevisit", "household"))
subjects.extend(
    "recruitment.child",
    subjects.Part("homevisits.homevisit", "household__children", fields=SHARED, erased=False),
)
subjects.extend(
    "accounts.user",
    subjects.Part("homevisits.homevisit", "visitors", fields=("visitors", "on"), erased=False),
    subjects.Part(
        "homevisits.homevisit", "recorded_by", fields=("recorded_by", "recorded_at"), erased=False
    ),
)
