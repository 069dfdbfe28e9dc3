"""Register entries of personal data about families and children."""

from core.personal import Ground, PersonalField, register

TEAM = "team of the youth service (every look is logged)"
OWNER = "owner and one backup (every look is logged)"
KEPT = "no intake within 6 months; otherwise 12 months after the guidance closes"

PURPOSES = {
    "recruitment.household": {
        "family_name": ("to address the family", OWNER),
        "family_name_index": ("to find a family again without reading names", "nobody reads it"),
        "guardian_name": ("to know whom to talk to", OWNER),
        "phone": ("to call the family", OWNER),
        "address": ("to visit the family", OWNER),
        "language": ("to talk in the family's language", OWNER),
        "notes": ("to remember what was agreed", OWNER),
        "opened_on": ("to know when guidance began, for retention", TEAM),
    },
    "recruitment.child": {
        "household": ("to keep brothers and sisters together", TEAM),
        "first_name": ("to know which child is meant", TEAM),
        "first_name_index": ("to find a child again without reading names", "nobody reads it"),
        "birth_year": ("to find a group of its age", TEAM),
    },
    "recruitment.guidance": {
        "child": ("to guide the child into a movement", TEAM),
        "movement": ("to know where the child goes", TEAM),
        "role": ("participant or leader", TEAM),
        "stage": ("to know the next step", TEAM),
        "opened_on": ("to know when guidance began, for retention", TEAM),
    },
    "recruitment.guidancestep": {
        "guidance": ("to know whose step it is", TEAM),
        "stage": ("to count who became a member", TEAM),
        "on": ("to count in the right period", TEAM),
        "confirmation": ("to know how membership was confirmed", TEAM),
        "reason": ("to learn why paths stop", TEAM),
    },
}
STAFF = {
    "recruitment.household": {"owner": "who is responsible", "backup": "who steps in"},
    "recruitment.guidancestep": {"by": "who recorded the step"},
}

register(
    PersonalField(model, field, purpose, Ground.PUBLIC_TASK, access, KEPT)
    for model, fields in PURPOSES.items()
    for field, (purpose, access) in fields.items()
)
register(
    PersonalField(model, field, purpose, Ground.PUBLIC_TASK, TEAM, "with the record", erasure=False)
    for model, fields in STAFF.items()
    for field, purpose in fields.items()
)
