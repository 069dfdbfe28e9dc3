"""The zip against an independent walk over the schema: nothing missing, nothing of anybody else."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.test import Client
from django.test.utils import isolate_apps
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import personal, subjects
from core.calendar import today
from core.subjects import Kind
from privacy.services.export import hand_out
from privacy.services.requests import change_request, name_subjects, start_request
from recruitment.models import Child
from tests.architecture.world import World

PEOPLE = {
    "accounts.user", "movements.mandate", "recruitment.household", "recruitment.child",
    "testimonies.storyteller",
}  # fmt: skip
# written by hand: tables whose rows are the person's own, besides the row of the person
OWN = {
    "accounts.user": {
        "accounts.rolegrant", "core.job", "core.outboxmessage", "programmes.secondment",
        "core.optout",
        "movements.mandate", "movements.invitation", "movements.coachassignment",
        "movements.joinrequest",
        "mfa.authenticator", "sessions.session", "accounts.staffinvitation",
        "accounts.calendarfeed", "handovers.reminder",
    },
    "movements.mandate": {
        "movements.invitation",
        "movements.joinrequest",
        "core.outboxmessage",
        "core.optout",
        "handovers.reminder",
    },
    "recruitment.household": {
        "homevisits.homevisit", "recruitment.nametoken", "recruitment.reasonedlook",
    },
    "recruitment.child": {
        "recruitment.guidance", "recruitment.guidancestep", "recruitment.nametoken",
    },
    "testimonies.storyteller": {
        "testimonies.testimony", "testimonies.testimonyconsent", "testimonies.storytellertoken",
    },
}  # fmt: skip
# what a colleague did with a row that is somebody else's, and a child, who is a person of its own
DONE_BY = {
    ("movements.invitation", "sent_by"), ("accounts.staffinvitation", "sent_by"),
    ("movements.joinrequest", "proposed_by"), ("movements.joinrequest", "decided_by"),
}  # fmt: skip
# (a duplicate has the address and the account of what it turned out to be, so it is found by those;
# that two who look alike are two is a mark on a pair of rows, about neither of them alone)
SOMEBODY_ELSE = {
    ("recruitment.child", "household"),
    ("movements.mandate", "merged_into"),
    ("movements.notthesame", "one"),
    ("movements.notthesame", "other"),
}
# relations that a part follows in a way of its own (`among`)
FOUND_BY_ITSELF = {"recruitment.nametoken.household", "movements.invitation.mandate",
                   "movements.joinrequest.mandate",
                   "handovers.handoversignature.mandate"}  # fmt: skip
# tables of other packages that stay empty (tests/architecture/test_personal_register.py)
EMPTY = {"account.emailaddress", "admin.logentry"}
# what a zip has beside the walk: the answer to the request itself, when the record was opened, and
# of the family what each of its children shares
BESIDE = {
    "privacy.subjectrequest": {"right", "received_on", "due_on", "note", "outcome", "closed_on",
                               "refusal"},
    "core.accesslog": {"at", "verb"},
}  # fmt: skip
SHARED = {
    "recruitment.household": {"family_name", "address", "language"},
    "homevisits.homevisit": {"household", "on", "outcome", "place", "purpose", "follow_up_on"},
}


def label(model: type[models.Model]) -> str:
    return model._meta.label_lower


def columns(model: type[models.Model]) -> list[Any]:
    return [*model._meta.local_fields, *model._meta.local_many_to_many]


# The schema ------------------------------------------------------------------------------------


def loose_ends(kind: Kind, tables: list[type[models.Model]]) -> list[str]:
    """Relations to somebody, or to what is their own, along which no part of the kind runs."""
    mine = {kind.model, *OWN[kind.model]}
    found = []
    for table in tables:
        for column in columns(table):
            target = label(column.related_model) if column.is_relation else ""
            somebody_else = (label(table), column.name) in SOMEBODY_ELSE
            is_about = target in mine and not somebody_else and label(table) not in EMPTY
            if is_about and not covered(kind, label(table), column.name):
                found.append(f"{label(table)}.{column.name}")
    return found


def covered(kind: Kind, table: str, column: str) -> bool:
    parts = [part for part in kind.parts if part.model == table]
    by_itself = f"{table}.{column}" in FOUND_BY_ITSELF
    return any(
        (part.among and by_itself) or (not part.among and part.path.split("__")[0] == column)
        for part in parts
    )


@pytest.mark.parametrize("kind", subjects.kinds(), ids=lambda kind: kind.model)
def test_every_relation_to_somebody_is_a_part(kind: Kind) -> None:
    assert set(OWN) == PEOPLE == {k.model for k in subjects.kinds()}
    assert loose_ends(kind, apps.get_models()) == []


@pytest.mark.parametrize("kind", subjects.kinds(), ids=lambda kind: kind.model)
def test_only_own_rows_are_handed_out_whole(kind: Kind) -> None:
    whole = {part.model for part in kind.parts if not part.fields}
    assert whole <= {kind.model, *OWN[kind.model]}


RELATED = [
    (kind, part)
    for kind in subjects.kinds()
    for part in kind.parts
    if part.path != "pk" and not part.by_key and part.model not in PEOPLE
]


@pytest.mark.parametrize(("kind", "part"), RELATED, ids=lambda each: each.model)
def test_a_part_that_is_taken_away_is_missed(
    kind: Kind, part: subjects.Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kind, "parts", [each for each in kind.parts if each is not part])
    first = part.path.split("__")[0]
    through = f"{part.model}.{first}"
    is_shared = part.model in SHARED and kind.model == "recruitment.child"
    assert is_shared or through in loose_ends(kind, apps.get_models())


@isolate_apps("recruitment")
def test_a_table_about_a_child_that_is_not_registered_is_found() -> None:
    class Letter(models.Model):
        child = models.ForeignKey(Child, models.CASCADE, related_name="+")

        class Meta:
            app_label = "recruitment"

        def __str__(self) -> str:
            return str(self.pk)

    found = loose_ends(subjects.kind_of("recruitment.child"), [*apps.get_models(), Letter])
    assert found == ["recruitment.letter.child"]


# The data --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(built_world: World, django_db_blocker: Any) -> Iterator[World]:
    """The world, with a device for everybody, in a transaction of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        for name in ("leader", "consultant", "coordinator"):
            Client().force_login(built_world.people[name])
        yield built_world
        transaction.set_rollback(True)


def people(world: World) -> dict[str, tuple[str, Any]]:
    found = {
        "family": ("recruitment.household", world.household),
        "child": ("recruitment.child", world.child),
        "storyteller": ("testimonies.storyteller", world.story.storyteller),
        "mandate": ("movements.mandate", world.mandate),
    }
    names = ("leader", "minor_leader", "consultant", "coordinator", "seconded", "privacy_officer")
    return {**found, **{name: ("accounts.user", world.people[name]) for name in names}}


EVERYBODY = [
    "family", "child", "storyteller", "mandate", "leader", "minor_leader", "consultant",
    "coordinator", "seconded", "privacy_officer",
]  # fmt: skip


class Cells(HTMLParser):
    """The text of every cell of the tables of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "td":
            self.inside = True
            self.cells.append("")
        elif tag == "br" and self.inside:
            self.cells[-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "td"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.cells[-1] += data.strip("\n")


Rows = dict[tuple[str, int | None], dict[str, Any]]


def handed_out(world: World, model: str, row: Any) -> tuple[Rows, set[str]]:
    """What the zip of one person holds: rows of data.json, and cells of index.html."""
    by = world.user("privacy_officer")
    request = start_request(right="access", by=by)
    name_subjects(request=request, people=[(model, row.pk)], by=by)
    change_request(
        request=request, by=by, version=0, identity_checked=True, due_on=request.due_on, note="Nota"
    )
    pieces = b"".join(hand_out(request=request, language="nl", by=by))
    file = zipfile.ZipFile(io.BytesIO(pieces))
    rows: Rows = {}
    for table in json.loads(file.read("data.json"))["tables"]:
        for told in table["rows"]:
            rows.setdefault((table["model"], told["number"]), {}).update(told["fields"])
    cells = {cell.strip() for cell in Cells(file.read("index.html").decode()).cells}
    return rows, cells


def walk(model: str, row: Any) -> dict[tuple[str, Any], tuple[Any, set[str]]]:
    """Rows that lead to somebody, each with the columns that are about them; by relations, by the
    key that logs and mails name people by, and by the address that mandates share."""
    found: dict[tuple[str, Any], tuple[Any, set[str]]] = {}
    waiting = [row]
    if model == "movements.mandate":
        waiting = list(type(row).objects.filter(email__iexact=row.email))
    keys = {each.key for each in waiting if hasattr(each, "key")}
    mine = {model, *OWN[model]}
    while waiting:
        somebody = waiting.pop()
        found[label(type(somebody)), somebody.pk] = (somebody, names(type(somebody)))
        for table, column in relations(type(somebody)):
            for each in table._base_manager.filter(**{column: somebody.pk}):
                is_new = (label(table), each.pk) not in found
                is_own = label(table) in mine and (label(table), column) not in DONE_BY
                if is_own and is_new:
                    waiting.append(each)
                else:
                    found.setdefault((label(table), each.pk), (each, set()))[1].add(column)
    for table, column in key_columns():
        for each in table._base_manager.filter(**{f"{column}__in": keys}):
            told = names(table) if label(table) in mine else {column}
            found.setdefault((label(table), each.pk), (each, set()))[1].update(told)
    return found


def relations(to: type[models.Model]) -> Iterator[tuple[Any, str]]:
    for table in apps.get_models():
        for column in columns(table):
            somebody_else = (label(table), column.name) in SOMEBODY_ELSE
            if column.is_relation and column.related_model is to and not somebody_else:
                yield table, column.name


def key_columns() -> Iterator[tuple[Any, str]]:
    """Short columns of text: anywhere a key such as user:7 could stand."""
    for table in apps.get_models():
        for column in columns(table):
            if type(column) is models.CharField and (column.max_length or 0) >= 8:
                yield table, column.name


def names(table: type[models.Model]) -> set[str]:
    return {column.name for column in columns(table)}


def expected(found: Any) -> Iterator[tuple[str, Any, Any]]:
    """(table, row, column) of everything in the register that is handed out."""
    register = {(entry.model, entry.field) for entry in personal.entries() if entry.export}
    for (table, _number), (row, told) in found.items():
        for column in columns(type(row)):
            if column.name in told and (table, column.name) in register:
                yield table, row, column


def as_data(row: Any, column: Any) -> Any:
    if column.many_to_many:
        return [each.pk for each in getattr(row, column.name).all()]
    value = getattr(row, column.attname)
    return value.isoformat() if isinstance(value, date | datetime) else value


def as_shown(row: Any, column: Any) -> str:
    """The heart of what a cell says: of a relation the number or the name of the thing."""
    value = getattr(row, column.attname)
    if value in (None, ""):
        return "–"
    if column.choices:
        return str(getattr(row, f"get_{column.name}_display")())
    if column.is_relation:
        related = getattr(row, column.name)
        return str(value) if label(column.related_model) in PEOPLE else str(related)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    return date_format(value) if isinstance(value, date) else str(value)


@pytest.mark.parametrize("who", EVERYBODY)
def test_everything_that_leads_to_somebody_is_in_the_zip(who: str, world: World, db: None) -> None:
    model, row = people(world)[who]
    row.refresh_from_db()  # who signed in for another test did so in what was undone
    before = walk(model, row)
    rows, cells = handed_out(world, model, row)
    missing = []
    with translation.override("nl"):
        text = "\n".join(cells)
        for table, each, column in expected(before):
            own = rows.get((table, each.pk), {})
            value = as_data(each, column)
            if column.many_to_many:
                assert own[column.name] == [row.pk] if table not in OWN[model] else value
            elif own.get(column.name, "missing") != value or as_shown(each, column) not in text:
                missing.append(f"{table} {each.pk} {column.name}")
    assert missing == []
    assert rows[model, row.pk]


@pytest.mark.parametrize("who", EVERYBODY)
def test_nothing_else_is_in_the_zip(who: str, world: World, db: None) -> None:
    model, row = people(world)[who]
    rows, _cells = handed_out(world, model, row)
    found = walk(model, row)
    beside = BESIDE | (SHARED if model == "recruitment.child" else {})
    foreign = []
    for (table, number), told in rows.items():
        _row, known = found.get((table, number), (None, set()))
        with_it = known | beside.get(table, set()) | moments(table)
        # a session has no number here: its name opens a door
        if table != "sessions.session" and not set(told) <= with_it:
            foreign.append(f"{table} {number} {set(told) - with_it}")
    assert foreign == []


def moments(table: str) -> set[str]:
    """When somebody did what the row says of them: of no interest to anybody else."""
    done = {
        "core.activitylog": {"at", "verb"},
        "core.accesslog": {"at", "verb"},
        "core.logretention": {"at"},
        "movements.invitation": {"created_at"},
        "movements.joinrequest": {"asked_at", "decided_at"},
        "movements.teamlink": {"created_at"},
        "accounts.staffinvitation": {"created_at"},
        "labels.planstep": {"at", "message"},
        "movements.message": {"at", "text"},
        "labels.decision": {"proposed_at", "decided_on"},
        "labels.condition": {"settled_on"},
        "labels.publishedreason": {"approved_at"},
        "labels.publicchoice": {"chosen_at"},
        "labels.labelevent": {"recorded_at"},
        "labels.lightcheck": {"answered_at", "looked_at", "note"},
        "labels.labelvisit": {"on", "note"},
        "recruitment.guidancestep": {"on"},
        "homevisits.homevisit": {"on", "recorded_at"},
        "testimonies.testimony": {"collected_on"},
        "testimonies.testimonyconsent": {"given_on"},
        "privacy.retentionpolicy": {"decided_at"},
    }
    return done.get(table, set())


TELLING = {
    "accounts.user": ("full_name", "email"),
    "movements.mandate": ("name", "email", "phone"),
    "recruitment.household": ("family_name", "guardian_name", "phone", "address", "notes"),
    "recruitment.child": ("first_name",),
    "testimonies.storyteller": ("name", "contact", "alias"),
    "homevisits.homevisit": ("next_steps",),
    "testimonies.testimony": ("title", "text"),
}


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_else_is_named_in_the_zip(who: str, world: World, db: None) -> None:
    model, row = people(world)[who]
    rows, cells = handed_out(world, model, row)
    mine = {str(value) for (_r, told) in walk(model, row).values() for value in own(_r, told)}
    if model == "recruitment.child":
        mine |= {row.household.family_name, row.household.address}
    telling = {
        str(getattr(each, column))
        for table, told in TELLING.items()
        for each in apps.get_model(table)._base_manager.all()
        for column in told
    }
    others = telling - mine - {"", "None"}
    assert len(others) > 40
    said = {str(value) for told in rows.values() for value in told.values()}
    assert (said | cells) & others == set()


def own(row: Any, told: set[str]) -> Iterator[Any]:
    for column in columns(type(row)):
        if column.name in told and not column.many_to_many:
            yield getattr(row, column.attname)


def test_the_family_does_not_get_what_is_its_childs(world: World, db: None) -> None:
    rows, _cells = handed_out(world, "recruitment.household", world.household)
    assert {table for table, _number in rows} == {
        "recruitment.household", "homevisits.homevisit", "privacy.subjectrequest",
        "core.accesslog",
    }  # fmt: skip


def test_devices_are_told_without_what_opens_them(world: World, db: None) -> None:
    rows, _cells = handed_out(world, "accounts.user", world.people["leader"])
    [told] = [told for (table, _n), told in rows.items() if table == "sessions.session"]
    assert set(told) == {"expire_date"}
    assert Session.objects.count() > 1
    assert told["expire_date"] > today().isoformat()
