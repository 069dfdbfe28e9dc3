"""Register entries of personal data about storytellers."""

from core.personal import Ground, PersonalField, register

HANDLERS = "who collected it, and the coordinator (every look is logged)"
TEAM = "team of the youth service (every look is logged)"
PUBLIC = "everybody, under current consent; the team before"
WHILE = "as long as the consent holds (5 years unless said); the text goes at once on withdrawal"
PROOF = "as long as the consent, as proof of it"
COUNTED = "kept without text, name or contact, for the figures"

PURPOSES = {
    "testimonies.storyteller": {
        "name": ("to know who consented", HANDLERS, WHILE),
        "contact": ("to ask again when the consent ends", HANDLERS, WHILE),
        "alias": ("to sign the story", PUBLIC, WHILE),
        "kind": ("to say who tells: a child, a parent, a leader", PUBLIC, WHILE),
        "birth_year": ("to know who has to consent", HANDLERS, WHILE),
    },
    "testimonies.testimony": {
        "storyteller": ("to know whose story it is", HANDLERS, WHILE),
        "title": ("to show the story", PUBLIC, WHILE),
        "text": ("to show the story", PUBLIC, WHILE),
        "language": ("to show the story in its own direction", PUBLIC, WHILE),
        "state": ("to publish only what may be", TEAM, COUNTED),
        "collected_on": ("to know how old the story is", TEAM, COUNTED),
        "approved_on": ("proof that the storyteller approved the text", TEAM, PROOF),
        "first_published_on": ("to count shared stories", TEAM, COUNTED),
        "withdrawn_on": ("to count withdrawn stories", TEAM, COUNTED),
    },
    "testimonies.testimonyconsent": {
        "testimony": ("to know what the consent is for", HANDLERS, PROOF),
        "channel": ("to show the story only where allowed", HANDLERS, PROOF),
        "giver": ("to know that the right people agreed", HANDLERS, PROOF),
        "given_on": ("proof of consent", HANDLERS, PROOF),
        "expires_on": ("to stop in time", HANDLERS, PROOF),
        "withdrawn_on": ("to stop at once", HANDLERS, PROOF),
        "text_version": ("to know what was explained", HANDLERS, PROOF),
        "language": (
            "to know that it was explained in a language they understand",
            HANDLERS,
            PROOF,
        ),
    },
}
STAFF = {
    "testimonies.testimony": {"collected_by": "who may open the file"},
    "testimonies.testimonyconsent": {"explained_by": "who explained the consent"},
}

register(
    PersonalField(model, field, purpose, Ground.CONSENT, access, retention)
    for model, fields in PURPOSES.items()
    for field, (purpose, access, retention) in fields.items()
)
register(
    PersonalField(model, field, purpose, Ground.PUBLIC_TASK, TEAM, "with the record", erasure=False)
    for model, fields in STAFF.items()
    for field, purpose in fields.items()
)
