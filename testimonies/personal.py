"""Register entries of personal data about storytellers."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import subjects
from core.personal import Ground, PersonalField, register
from core.retention import in_words
from testimonies.models import Storyteller

HANDLERS = _("who collected it, and the coordinator (every look is logged)")
TEAM = _("team of the youth service (every look is logged)")
PUBLIC = _("everybody, under current consent; the team before")
WHILE = _("as long as the consent holds (5 years unless said); the text goes at once on withdrawal")
PROOF = TELLER = in_words("testimonies.storyteller")
COUNTED = _("kept without text, name or contact, for the figures")

PURPOSES = {
    "testimonies.storyteller": {
        "name": (_("to know who consented"), HANDLERS, TELLER),
        "contact": (_("to ask again when the consent ends"), HANDLERS, TELLER),
        "alias": (_("to sign the story"), PUBLIC, TELLER),
        "kind": (_("to say who tells: a child, a parent, a leader"), PUBLIC, TELLER),
        "birth_year": (_("to know who has to consent"), HANDLERS, TELLER),
    },
    "testimonies.testimony": {
        "storyteller": (_("to know whose story it is"), HANDLERS, TELLER),
        "title": (_("to show the story"), PUBLIC, WHILE),
        "text": (_("to show the story"), PUBLIC, WHILE),
        "language": (_("to show the story in its own direction"), PUBLIC, WHILE),
        "state": (_("to publish only what may be"), TEAM, COUNTED),
        "collected_on": (_("to know how old the story is"), TEAM, COUNTED),
        "approved_on": (_("proof that the storyteller approved the text"), TEAM, PROOF),
        "first_published_on": (_("to count shared stories"), TEAM, COUNTED),
        "withdrawn_on": (_("to count withdrawn stories"), TEAM, COUNTED),
    },
    "testimonies.testimonyconsent": {
        "testimony": (_("to know what the consent is for"), HANDLERS, PROOF),
        "channel": (_("to show the story only where allowed"), HANDLERS, PROOF),
        "giver": (_("to know that the right people agreed"), HANDLERS, PROOF),
        "given_on": (_("proof of consent"), HANDLERS, PROOF),
        "expires_on": (_("to stop in time"), HANDLERS, PROOF),
        "withdrawn_on": (_("to stop at once"), HANDLERS, PROOF),
        "text_version": (_("to know what was explained"), HANDLERS, PROOF),
        "language": (
            _("to know that it was explained in a language they understand"),
            HANDLERS,
            PROOF,
        ),
    },
}
STAFF = {
    "testimonies.testimony": {"collected_by": _("who may open the file")},
    "testimonies.testimonyconsent": {"explained_by": _("who explained the consent")},
}

# The days stay, for the figures and as proof of consent; and the year of birth without a name,
# since it decides whose consent made a past figure true.
EMPTIED = {
    "testimonies.storyteller": {"name", "contact", "alias"},
    "testimonies.testimony": {"title", "text"},
    "testimonies.testimonyconsent": {"language"},
}

register(
    PersonalField(
        model, field, purpose, Ground.CONSENT, access, retention, erasure=field in EMPTIED[model]
    )
    for model, fields in PURPOSES.items()
    for field, (purpose, access, retention) in fields.items()
)
register(
    PersonalField(
        model, field, purpose, Ground.PUBLIC_TASK, TEAM, _("with the record"), erasure=False
    )
    for model, fields in STAFF.items()
    for field, purpose in fields.items()
)
register(  # a fingerprint tells the person nothing; the name itself is handed out
    PersonalField(
        "testimonies.storytellertoken",
        field,
        purpose,
        Ground.CONSENT,
        _("nobody reads it"),
        _("with the name"),
        export=False,
    )
    for field, purpose in {
        "storyteller": _("to find a storyteller again without reading names"),
        "token": _("the keyed fingerprint of one word of a name"),
    }.items()
)


# Where everything about a storyteller stands -----------------------------------------------------


def find(words: str) -> QuerySet[Storyteller]:
    """Storytellers with every word in the name, or in the name in the story."""
    return Storyteller.objects.named(words)


def describe(storyteller: Storyteller) -> str:
    """Name, the name in the story, who it is and the birth year."""
    kind, year = storyteller.get_kind_display(), storyteller.birth_year
    told = (storyteller.name, storyteller.alias, kind, str(year or ""))
    return ", ".join(part for part in told if part)


subjects.register(
    subjects.Kind(
        model="testimonies.storyteller",
        label=_("a storyteller"),
        can_be_restricted=True,
        find=find,
        describe=describe,
        parts=[
            subjects.Part("testimonies.storyteller"),
            subjects.Part("testimonies.storytellertoken", "storyteller"),
            subjects.Part("testimonies.testimony", "storyteller"),
            subjects.Part("testimonies.testimonyconsent", "testimony__storyteller"),
        ],
    )
)
subjects.extend(
    "accounts.user",
    subjects.Part(
        "testimonies.testimony",
        "collected_by",
        fields=("collected_by", "collected_on"),
        erased=False,
    ),
    subjects.Part(
        "testimonies.testimonyconsent",
        "explained_by",
        fields=("explained_by", "given_on"),
        by_key=True,
        erased=False,
    ),
)
