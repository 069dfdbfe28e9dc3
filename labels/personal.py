"""Personal data in plans and labels: what volunteers write, and who decided."""

from django.utils.translation import gettext_lazy as _

from core import subjects
from core.personal import Ground, PersonalField, register
from core.retention import Words, in_words

TEAM = _("leaders of the movement now, youth service")
# "shared": with the tick on the page of the point, which is taken back at any time
OTHERS_TOO = _("leaders of the movement now, youth service; leaders of other groups if shared")
STAFF = _("youth service")
WITH_PLAN, WITH_LABEL = in_words("labels.actionplan"), in_words("labels.label")
AS_THE_ACCOUNT = _("as long as the account; a fact of the past once the name is gone")
OF_A_LABEL = {"labelevent", "label", "certificate", "lightcheck", "checkedpoint", "labelvisit"}
EXAMPLE = in_words("labels.example")


def _written(model: str, field: str, access: Words = TEAM) -> PersonalField:
    """Free text in which a volunteer may name somebody, although the page asks not to."""
    purpose = _("the plan and the conversation about it")
    period = WITH_LABEL if model.partition(".")[2] in OF_A_LABEL else WITH_PLAN
    return PersonalField(model, field, purpose, Ground.PUBLIC_TASK, access, period)


def _example(field: str) -> PersonalField:
    """May show somebody, although the page asks for no recognisable children."""
    purpose = _("showing what the movement does")
    return PersonalField("labels.example", field, purpose, Ground.PUBLIC_TASK, OTHERS_TOO, EXAMPLE)


def _published(field: str) -> PersonalField:
    """What the movement lets everybody read, a copy of a reason; gone once it takes that back."""
    purpose = _("telling why a group carries the label")
    who = _("everybody, while the label is valid")
    model, ground = "labels.publishedreason", Ground.PUBLIC_TASK
    return PersonalField(model, field, purpose, ground, who, WITH_LABEL)


def _acted(model: str, field: str) -> PersonalField:
    """Who did something official: kept, since a decision without its people proves nothing."""
    purpose = _("who did what, in a decision of the city")
    ground = Ground.PUBLIC_TASK
    return PersonalField(model, field, purpose, ground, STAFF, AS_THE_ACCOUNT, erasure=False)


register(
    [
        _written("labels.actionpoint", "commitment", OTHERS_TOO),
        _written("labels.actionpoint", "progress"),
        _written("labels.actionpoint", "reason"),
        _example("caption"),
        _example("url"),
        _example("file"),
        _written("labels.planstep", "message"),
        _acted("labels.planstep", "by"),
        _written("labels.decision", "reasons"),
        _written("labels.decision", "guidance"),
        _written("labels.decision", "frozen"),
        _written("labels.condition", "text"),
        _written("labels.condition", "note"),
        _acted("labels.condition", "settled_by"),
        _published("text"),
        _acted("labels.publishedreason", "approved_by"),
        _acted("labels.publicchoice", "chosen_by"),
        _acted("labels.decision", "proposed_by"),
        _acted("labels.decision", "confirmed_by"),
        _written("labels.labelevent", "reason", STAFF),
        _acted("labels.labelevent", "by"),
        _written("labels.label", "frozen"),
        _written("labels.certificate", "frozen"),
        _written("labels.certificate", "reason", STAFF),
        _acted("labels.certificate", "issued_by"),
        PersonalField(
            "labels.certificatebatch",
            "asked_by",
            _("who asked for certificates of an award evening"),
            Ground.PUBLIC_TASK,
            STAFF,
            _("a week"),
            erasure=False,
        ),
        _acted("labels.label", "taken_over_by"),
        _written("labels.lightcheck", "note"),
        _acted("labels.lightcheck", "answered_by"),
        _acted("labels.lightcheck", "looked_by"),
        _written("labels.checkedpoint", "text"),
        _written("labels.labelvisit", "note", STAFF),
        _acted("labels.labelvisit", "by"),
    ]
)

# Plan and label belong to the movement; of who worked on them they tell who that was, when, and
# what they wrote in the conversation under their own name.
subjects.extend(
    "accounts.user",
    subjects.Part("labels.planstep", "by", fields=("by", "at", "message"), erased=False),
    subjects.Part(
        "labels.decision", "proposed_by", fields=("proposed_by", "proposed_at"), erased=False
    ),
    subjects.Part(
        "labels.decision", "confirmed_by", fields=("confirmed_by", "decided_on"), erased=False
    ),
    subjects.Part(
        "labels.condition", "settled_by", fields=("settled_by", "settled_on"), erased=False
    ),
    subjects.Part(
        "labels.publishedreason",
        "approved_by",
        fields=("approved_by", "approved_at"),
        erased=False,
    ),
    subjects.Part(
        "labels.publicchoice", "chosen_by", fields=("chosen_by", "chosen_at"), erased=False
    ),
    subjects.Part("labels.labelevent", "by", fields=("by", "recorded_at"), erased=False),
    subjects.Part("labels.label", "taken_over_by", fields=("taken_over_by",), erased=False),
    subjects.Part(
        "labels.lightcheck",
        "answered_by",
        fields=("answered_by", "answered_at", "note"),
        erased=False,
    ),
    subjects.Part(
        "labels.lightcheck", "looked_by", fields=("looked_by", "looked_at"), erased=False
    ),
    subjects.Part("labels.labelvisit", "by", fields=("by", "on", "note"), erased=False),
    subjects.Part(
        "labels.certificate", "issued_by", fields=("issued_by", "issued_on", "reason"), erased=False
    ),
    subjects.Part(
        "labels.certificatebatch", "asked_by", fields=("asked_by", "asked_at"), erased=False
    ),
)
