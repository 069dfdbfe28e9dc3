"""The words of the logs: what a verb is called on a page, and which kinds of records there are."""

from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import pgettext, pgettext_lazy

from core import naming

# what the services and pages write; a verb that is missing here is shown as it was written
VERBS: dict[str, Any] = {
    "accepted": pgettext_lazy("log", "accepted"),
    "added": pgettext_lazy("log", "added"),
    "answer": pgettext_lazy("log", "answered"),
    "approved": pgettext_lazy("log", "approved"),
    "ask_more": pgettext_lazy("log", "asked for more"),
    "asked for a batch": pgettext_lazy("log", "asked for certificates of an evening"),
    "asked to join": pgettext_lazy("log", "asked to join a team"),
    "assigned": pgettext_lazy("log", "assigned"),
    "award": pgettext_lazy("log", "awarded"),
    "award_with_conditions": pgettext_lazy("log", "awarded with conditions"),
    "awarded": pgettext_lazy("log", "awarded a label"),
    "carried out": pgettext_lazy("log", "carried out"),
    "changed by import": pgettext_lazy("log", "changed by an import"),
    "changed": pgettext_lazy("log", "changed"),
    "chose": pgettext_lazy("log", "chose what everybody may read"),
    "closed calendar": pgettext_lazy("log", "took away the address of a calendar"),
    "closed": pgettext_lazy("log", "closed"),
    "confirmed": pgettext_lazy("log", "said that it goes on"),
    "consented": pgettext_lazy("log", "recorded a consent"),
    "decline": pgettext_lazy("log", "decided: not yet"),
    "deleted": pgettext_lazy("log", "deleted"),
    "discuss": pgettext_lazy("log", "started the discussion"),
    "dropped": pgettext_lazy("log", "took off the request"),
    "ended": pgettext_lazy("log", "ended"),
    "erased": pgettext_lazy("log", "erased"),
    "exported": pgettext_lazy("log", "exported"),
    "gave a reason": pgettext_lazy("log", "gave a reason to read"),
    "given_back": pgettext_lazy("log", "noted: given back"),
    "graded": pgettext_lazy("log", "graded"),
    "granted": pgettext_lazy("log", "granted"),
    "handed over": pgettext_lazy("log", "handed over"),
    "imported": pgettext_lazy("log", "imported"),
    "invited": pgettext_lazy("log", "invited"),
    "lapsed": pgettext_lazy("log", "ended: nobody said that it goes on"),
    "listed": pgettext_lazy("log", "opened the list"),
    "looked back": pgettext_lazy("log", "said what became of a promise"),
    "made a link": pgettext_lazy("log", "made a link of a team"),
    "made one": pgettext_lazy("log", "made one person of two"),
    "merged": pgettext_lazy("log", "noted: went into another movement"),
    "moved": pgettext_lazy("log", "gave another day"),
    "named": pgettext_lazy("log", "named in a request"),
    "opted in": pgettext_lazy("log", "wanted these mails again"),
    "opted out": pgettext_lazy("log", "wanted no more of these mails"),
    "objected": pgettext_lazy("log", "objected"),
    "opened calendar": pgettext_lazy("log", "made the address of a calendar"),
    "opened": pgettext_lazy("log", "opened"),
    "paused": pgettext_lazy("log", "paused"),
    "planned": pgettext_lazy("log", "planned"),
    "propose": pgettext_lazy("log", "proposed a decision"),
    "proposed": pgettext_lazy("log", "proposed an outcome"),
    "published": pgettext_lazy("log", "published"),
    "recorded": pgettext_lazy("log", "recorded"),
    "refused": pgettext_lazy("log", "refused"),
    "reissued": pgettext_lazy("log", "made a new certificate"),
    "removed": pgettext_lazy("log", "removed"),
    "renamed": pgettext_lazy("log", "noted another name"),
    "resumed": pgettext_lazy("log", "resumed"),
    "return": pgettext_lazy("log", "sent back"),
    "rotated keys": pgettext_lazy("log", "changed the keys"),
    "saved": pgettext_lazy("log", "saved"),
    "searched": pgettext_lazy("log", "searched"),
    "second_factor": pgettext_lazy("log", "changed a second factor"),
    "second_look": pgettext_lazy("log", "took a second look"),
    "seconded": pgettext_lazy("log", "seconded"),
    "shared": pgettext_lazy("log", "let other groups read"),
    "taken over": pgettext_lazy("log", "took over a label of before"),
    "carried over": pgettext_lazy("log", "took along into the next edition"),
    "signed": pgettext_lazy("log", "signed"),
    "set aside": pgettext_lazy("log", "set aside"),
    "set": pgettext_lazy("log", "set"),
    "settled": pgettext_lazy("log", "settled a condition"),
    "signed_out_everywhere": pgettext_lazy("log", "signed out everywhere"),
    "stops": pgettext_lazy("log", "said when they stop"),
    "split": pgettext_lazy("log", "split"),
    "stopped": pgettext_lazy("log", "noted the last day"),
    "submit": pgettext_lazy("log", "handed in"),
    "told apart": pgettext_lazy("log", "told apart"),
    "took back": pgettext_lazy("log", "took back"),
    "took in": pgettext_lazy("log", "noted: another movement joined it"),
    "took up again": pgettext_lazy("log", "took up again"),
    "unshared": pgettext_lazy("log", "took back from other groups"),
    "viewed details": pgettext_lazy("log", "looked at contacts and notes"),
    "viewed for a request": pgettext_lazy("log", "looked at for a request"),
    "looked at": pgettext_lazy("log", "looked at"),
    "viewed": pgettext_lazy("log", "looked at"),
    "withdrawn": pgettext_lazy("log", "withdrew the label"),
    "withdrew": pgettext_lazy("log", "withdrew"),
    "wrote": pgettext_lazy("log", "wrote"),
}


def verb_label(verb: str) -> str:
    """A verb in the active language."""
    return str(VERBS.get(verb, verb))


def verb_choices() -> list[tuple[str, str]]:
    """Every known verb, by its label."""
    return sorted(((verb, capfirst(str(label))) for verb, label in VERBS.items()), key=_by_label)


def kind_label(kind: str) -> str:
    """A kind of record ("recruitment.child") in the active language; an unknown one as it is."""
    try:
        return naming.one_of(apps.get_model(kind))
    except (LookupError, ValueError):
        return kind


def field_labels(kind: str, names: list[str]) -> str:
    """Names of fields as their forms call them; an unknown one as it is."""
    return ", ".join(_field_label(kind, name) for name in names)


def _field_label(kind: str, name: str) -> str:
    try:
        field: Any = apps.get_model(kind)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return name
    return str(naming.column_label(field))


# the columns of our models whose values the log writes as state
STATES = (
    "state",
    "stage",
    "outcome",
    "grade",
    "settled",
    "role",
    "function",
    "channel",
    "kind",
    "right",
)


def state_label(kind: str, state: str) -> str:
    """A state in the active language; an unknown one as it is."""
    try:
        fields = apps.get_model(kind)._meta.get_fields()
    except (LookupError, ValueError):
        return state
    choices = [getattr(field, "flatchoices", []) for field in fields if field.name in STATES]
    known = {value: label for found in choices for value, label in found}
    return str(known.get(state, state))


def kind_choices() -> list[tuple[str, str]]:
    """Every kind of record of our own apps, by its label."""
    ours = [
        model._meta
        for model in apps.get_models()
        if model.__module__.split(".")[0] == model._meta.app_label
    ]
    found = [(meta.label_lower, capfirst(str(meta.verbose_name))) for meta in ours]
    return sorted(found, key=_by_label)


def actor_label(key: str, names: dict[str, str]) -> str:
    """Who acted: a name, or what is known of somebody whose account is gone."""
    if key == "system":
        return pgettext("log", "the system")
    return names.get(key, "")


def _by_label(choice: tuple[str, str]) -> tuple[str, str]:
    return choice[1], choice[0]
