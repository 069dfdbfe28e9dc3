"""The register of processing activities (GDPR, article 30), from the register of personal data.

Each activity is one app or a few; what it keeps, who sees it and for how long is read from the
entries of `core.personal`. Only purpose, people and measures are written here, per activity.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db.models import Field
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from accounts.access import people_with
from accounts.enums import Role
from accounts.models import User
from core import naming
from core.calendar import today
from core.encryption import EncryptedTextField
from core.pdf import render_pdf
from core.personal import Ground, PersonalField, entries
from core.retention import Words, read_once
from programmes.models import DataAgreement, Edition

NOBODY = _("nobody reads it")
# processing that other packages do for an app here
OTHERS = {"sessions": "accounts", "mfa": "accounts", "account": "accounts"}


@dataclass(frozen=True)
class Line:
    """What one kind of record holds that is seen and kept alike."""

    record: str
    data: str
    purposes: list[str]
    ground: Words
    access: Words
    kept: str


@dataclass(frozen=True)
class Activity:
    """One processing activity: `apps` says whose records it is about."""

    apps: tuple[str, ...]
    title: Words
    purpose: Words
    people: Words
    measures: Words


@dataclass(frozen=True)
class Described:
    """An activity with what its records hold, each ground and each reader once."""

    activity: Activity
    grounds: list[Words]
    recipients: list[str]
    lines: list[Line]


def _described(activity: Activity) -> Described:
    mine = [entry for entry in entries() if app_of(entry) in activity.apps]
    grounds = {entry.ground for entry in mine}
    readers = dict.fromkeys(str(entry.access) for entry in mine)
    readers.pop(str(NOBODY), None)
    return Described(
        activity,
        [ground.label for ground in Ground if ground in grounds],
        list(readers),
        [_line(list(group)) for _key, group in groupby(sorted(mine, key=_alike), key=_alike)],
    )


def app_of(entry: PersonalField) -> str:
    """The app whose processing an entry is about."""
    app = entry.model.partition(".")[0]
    return OTHERS.get(app, app)


def _alike(entry: PersonalField) -> tuple[str, str, str, str]:
    return entry.model, str(entry.access), str(entry.retention), entry.ground.value


def _line(group: list[PersonalField]) -> Line:
    table = apps.get_model(group[0].model)
    fields = [table._meta.get_field(entry.field) for entry in group]
    return Line(
        record=capfirst(naming.one_of(table)),
        data=", ".join(_names(fields)),
        purposes=list(dict.fromkeys(str(entry.purpose) for entry in group)),
        ground=group[0].ground.label,
        access=group[0].access,
        kept=str(group[0].retention),
    )


def _names(fields: Iterable[Any]) -> Iterable[str]:
    """Names of columns in the reader's language; what only the program reads has none."""
    for field in fields:
        if isinstance(field, Field) and naming.is_for_people(field):
            name = str(naming.column_label(field))
            encrypted = isinstance(field, EncryptedTextField)
            yield gettext("%(name)s (encrypted)") % {"name": name} if encrypted else name


ACTIVITIES = [
    Activity(
        ("recruitment",),
        _("Guidance of children into a youth movement"),
        _(
            "To help children and young people with a migration background find a youth movement, "
            "and stay there. Having a guidance says that the family wants this help; migration "
            "background, nationality, legal status and proof of poverty are never stored."
        ),
        _("Children and young people, their parents or guardians."),
        _(
            "Names, contacts and notes are encrypted in the database. Contacts and notes are for "
            "the owner of the file and one backup. Every look is logged."
        ),
    ),
    Activity(
        ("homevisits",),
        _("Home visits"),
        _("To get to know families where they live, and to do what was agreed with them."),
        _("Families that were visited, the staff who went."),
        _(
            "Next steps are encrypted and for the owner and one backup. Every look is logged. "
            "Worries about the safety of a child are never written here."
        ),
    ),
    Activity(
        ("testimonies",),
        _("Testimonies and public stories"),
        _("To show, with consent, what youth work means to people."),
        _("Children, young people, parents, leaders, volunteers and professionals who tell."),
        _(
            "Name and contact are encrypted; an alias is the default. A story is public only under "
            "consent that holds on that day, and gone at once when it is taken back."
        ),
    ),
    Activity(
        ("movements", "programmes", "handovers"),
        _("Movements, their teams, the edition and its partners"),
        _(
            "To know who leads a movement and reach them, to hand over when a team changes, and to "
            "name the people who act for the city and its partners."
        ),
        _("Leaders of youth movements (from 17), adult supervisors, staff of city and partners."),
        _("Access follows the mandate or secondment of that moment and ends with it."),
    ),
    Activity(
        ("labels",),
        _("Action plans and the label"),
        _("To discuss and assess what a movement does, and to award the label."),
        _("Leaders who write, staff who assess; people who can be seen in an example."),
        _(
            "Pictures are made anew without place or camera. Movements are asked for no "
            "recognisable children, and staff remove them. Files are private."
        ),
    ),
    Activity(
        ("accounts",),
        _("Accounts and sign-in"),
        _("To let people in who have a role, and nobody else."),
        _("Staff, leaders with an account, aldermen, privacy officers."),
        _(
            "No passwords: a code by mail, and a second factor for staff. Roles are decided on "
            "every request from today's dates."
        ),
    ),
    Activity(
        ("core", "privacy"),
        _("Logs, mail and requests of people about their data"),
        _(
            "To show who did and who saw what, to send mail, and to answer people who ask for "
            "their data."
        ),
        _("Everybody with an account, everybody who gets mail, people who make a request."),
        _(
            "Logs hold numbers and names of fields, no values, and refuse to be changed. What a "
            "mail carries is encrypted until it is sent and then wiped."
        ),
    ),
]

MEASURES = [
    _("Every page decides on each request who may see it, by the roles and dates of that moment."),
    _("Families, children and storytellers: names, contacts and free text are encrypted."),
    _("Every look at a personal record is logged; without a log line the page is not shown."),
    _("Staff sign in with a second factor, which is asked again before what cannot be undone."),
    _("Nothing personal is kept in a cache, an address, a session or the text of a log."),
    _("What was erased is written down outside the database too: a backup erases it again."),
    _("What was kept long enough is listed, approved by the privacy officer, and forgotten."),
    _("Figures about people are totals of the whole city, never split by movement."),
]


@dataclass(frozen=True)
class Register:
    """Everything that article 30(1) asks for."""

    edition: Edition | None
    officers: list[User]
    processors: list[DataAgreement]
    activities: list[Described]
    measures: list[Words]


def assemble() -> Register:
    """The register as it is today."""
    agreements = DataAgreement.objects.active().select_related("partner")
    with read_once():
        activities = [_described(activity) for activity in ACTIVITIES]
    return Register(
        edition=Edition.objects.current(),
        officers=list(people_with(Role.PRIVACY_OFFICER)),
        processors=list(agreements.order_by("partner__name", "pk")),
        activities=activities,
        measures=list(MEASURES),
    )


def pdf(language: str) -> bytes:
    """The register on paper, in a language."""
    with override(language):
        found = assemble()
        name = str(found.edition.name) if found.edition else ""
        context = {"register": found, "day": today(), "programme_name": name}
        return render_pdf(render_to_string("pdf/register.html", context))
