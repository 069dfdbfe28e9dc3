"""Register entries of personal data about families and children."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import subjects
from core.personal import Ground, PersonalField, register
from core.retention import in_words
from recruitment.models import Child, Household, NameToken

TEAM = _("team of the youth service (every look is logged)")
OWNER = _("owner, one backup, a coordinator who typed why (every look is logged)")
KEPT = in_words("recruitment.no_intake", "recruitment.family", "recruitment.child")

PURPOSES = {
    "recruitment.household": {
        "family_name": (_("to address the family"), OWNER),
        "guardian_name": (_("to know whom to talk to"), OWNER),
        "phone": (_("to call the family"), OWNER),
        "address": (_("to visit the family"), OWNER),
        "language": (_("to talk in the family's language"), OWNER),
        "notes": (_("to remember what was agreed"), OWNER),
        "opened_on": (_("to know when guidance began, for retention"), TEAM),
    },
    "recruitment.child": {
        "household": (_("to keep brothers and sisters together"), TEAM),
        "first_name": (_("to know which child is meant"), TEAM),
        "birth_year": (_("to find a group of its age"), TEAM),
    },
    "recruitment.guidance": {
        "child": (_("to guide the child into a movement"), TEAM),
        "movement": (_("to know where the child goes"), TEAM),
        "role": (_("participant or leader"), TEAM),
        "stage": (_("to know the next step"), TEAM),
        "opened_on": (_("to know when guidance began, for retention"), TEAM),
    },
    "recruitment.guidancestep": {
        "guidance": (_("to know whose step it is"), TEAM),
        "stage": (_("to count who became a member"), TEAM),
        "on": (_("to count in the right period"), TEAM),
        "confirmation": (_("to know how membership was confirmed"), TEAM),
        "reason": (_("to learn why paths stop"), TEAM),
    },
}
INDEX = {
    "household": _("to find a family again without reading names"),
    "child": _("to find a child again without reading names"),
    "token": _("the keyed fingerprint of one word of a name"),
}
LOOK = {
    "household": _("to know which file was opened"),
    "reason": _("to tell the owner why a coordinator opened the file"),
    "at": _("to know when it was opened"),
    "until": _("to close it again after eight hours"),
}
STAFF = {
    "recruitment.household": {"owner": _("who is responsible"), "backup": _("who steps in")},
    "recruitment.guidancestep": {"by": _("who recorded the step")},
    "recruitment.reasonedlook": {"by": _("who opened the file")},
}

# the path of somebody without a name stays: it counts, in its period and in its movement
EMPTIED = {
    *("family_name", "guardian_name", "phone", "address", "language", "notes"),
    *("first_name", "birth_year"),
}

register(
    PersonalField(model, field, purpose, Ground.PUBLIC_TASK, access, KEPT, erasure=field in EMPTIED)
    for model, fields in PURPOSES.items()
    for field, (purpose, access) in fields.items()
)
register(  # a fingerprint tells the person nothing; the name itself is handed out
    PersonalField(
        "recruitment.nametoken",
        field,
        purpose,
        Ground.PUBLIC_TASK,
        _("nobody reads it"),
        _("with the name"),
        export=False,
    )
    for field, purpose in INDEX.items()
)
register(
    PersonalField(
        "recruitment.reasonedlook",
        field,
        purpose,
        Ground.LEGAL_OBLIGATION,
        OWNER,
        _("with the record"),
    )
    for field, purpose in LOOK.items()
)
register(
    PersonalField(
        model, field, purpose, Ground.PUBLIC_TASK, TEAM, _("with the record"), erasure=False
    )
    for model, fields in STAFF.items()
    for field, purpose in fields.items()
)


# Where everything about a family and a child stands ----------------------------------------------


def find_families(words: str) -> QuerySet[Household]:
    """Families with every word in the name of the family, a parent or a child."""
    return Household.objects.named(words, set_aside=True)


def find_children(words: str) -> QuerySet[Child]:
    """The children of the families that `find_families` gives, brothers and sisters together."""
    families = Household.objects.named(words, set_aside=True)
    return Child.objects.filter(household__in=families).order_by("household", "pk")


def describe_family(household: Household) -> str:
    """Family name, parent or guardian, and address."""
    told = (household.family_name, household.guardian_name, household.address)
    return ", ".join(part for part in told if part)


def describe_child(child: Child) -> str:
    """First name, family name and birth year."""
    return f"{child.first_name} {child.household.family_name}, {child.birth_year}"


def _family_tokens(household: Household) -> QuerySet[NameToken]:
    return NameToken.objects.filter(household=household, child__isnull=True)


# of the family's file, what holds for each of its children; phone and notes are the parent's
SHARED = ("family_name", "address", "language")

subjects.register(
    subjects.Kind(
        model="recruitment.household",
        label=_("a family: parent or guardian"),
        can_be_restricted=True,
        find=find_families,
        describe=describe_family,
        parts=[
            subjects.Part("recruitment.household"),
            subjects.Part("recruitment.nametoken", among=_family_tokens),
            subjects.Part("recruitment.reasonedlook", "household"),
        ],
    )
)
subjects.register(
    subjects.Kind(
        model="recruitment.child",
        label=_("a child or young person"),
        can_be_restricted=True,
        find=find_children,
        describe=describe_child,
        related=("household",),
        parts=[
            subjects.Part("recruitment.child"),
            subjects.Part("recruitment.nametoken", "child"),
            subjects.Part("recruitment.household", "children", fields=SHARED, erased=False),
            subjects.Part("recruitment.guidance", "child"),
            subjects.Part("recruitment.guidancestep", "guidance__child"),
        ],
    )
)
subjects.extend(
    "accounts.user",
    *(
        subjects.Part("recruitment.household", who, fields=(who,), erased=False)
        for who in STAFF["recruitment.household"]
    ),
    subjects.Part("recruitment.guidancestep", "by", fields=("by", "on"), erased=False),
    subjects.Part("recruitment.reasonedlook", "by", fields=("by",), erased=False),
)
