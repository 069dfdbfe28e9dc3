"""Nothing about a person comes out where it should not: pages, exports, mails, the raw database."""

import json
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Q
from django.test import Client

from accounts.models import User
from accounts.services import plan_role_end
from core.calendar import now, today
from core.messages import compose, kinds
from core.outbox import OutboxMessage
from desk.emails import week_of
from handovers.emails import kind_of
from handovers.enums import Chain, Outcome, Rung, Step, Why
from handovers.models import Reminder
from labels.models import Label
from movements.models import CoachAssignment
from recruitment.models import Household
from testimonies.models import Testimony
from testimonies.selectors import public_stories
from tests.architecture.access_table import TABLE
from tests.architecture.markers import MARK, Mark, Walk, encrypted, mark_everything
from tests.architecture.test_urls import address
from tests.architecture.world import World

pytestmark = pytest.mark.postgres
Marked = tuple[World, dict[str, Mark]]


@pytest.fixture(scope="module")
def marked_world(built_world: World, django_db_blocker: Any) -> Iterator[Marked]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield built_world, mark_everything()
        transaction.set_rollback(True)


@pytest.fixture
def marked(marked_world: Marked, db: None) -> Marked:
    """The marked world; what a test does to it is undone."""
    return marked_world


def client_of(world: World, who: str) -> Client:
    client = Client()
    if who != "anonymous":
        client.force_login(world.user(who))
    return client


def walked(world: World, who: str) -> Walk:
    """All that somebody reaches by links, by addresses they might know, and by forms sent empty."""
    addresses = [address(world, row) for row in TABLE]
    walk = Walk(client_of(world, who)).from_pages(addresses)
    for url in addresses:
        walk.send(url, {})
    walk.send("/admin/recruitment/household/find/", {"words": "Amina"})
    picker = "/admin/autocomplete/?app_label=accounts&model_name=rolegrant&field_name=user&term=mk"
    return walk.from_pages([picker])


# What each may see, by hand ---------------------------------------------------------------------

EVERYBODY = {"programmes.edition.contact_email"}
STORY = {
    "testimonies.testimony.title",
    "testimonies.testimony.text",
    "testimonies.storyteller.alias",
}
TEAM = {
    "movements.mandate.name",
    "movements.mandate.email",
    "movements.mandate.phone",
    "movements.joinrequest.name",
    "movements.joinrequest.email",
    "movements.movement.mailbox",
}
PLAN = {
    "labels.actionpoint.commitment",
    "labels.actionpoint.progress",
    "labels.actionpoint.reason",
    "labels.condition.note",
    "labels.condition.text",
    "labels.decision.guidance",
    "labels.decision.reasons",
    "labels.example.caption",
    "labels.example.url",
    "labels.planstep.message",
    "movements.message.text",
}
FAMILIES_FOR_THE_TEAM = {"recruitment.child.first_name"}
FOR_STAFF = (
    TEAM
    | PLAN
    | STORY
    | FAMILIES_FOR_THE_TEAM
    | {
        "accounts.user.full_name",
        "labels.labelevent.reason",
        "testimonies.testimonyconsent.explained_by",
    }
)
DETAILS = {
    "recruitment.household.family_name",
    "recruitment.household.guardian_name",
    "recruitment.household.phone",
    "recruitment.household.address",
    "recruitment.household.language",
    "recruitment.household.notes",
}


def published(mark: Mark) -> bool:
    if mark.model == "labels.publishedreason":
        return Label.objects.valid_on().filter(published=mark.pk).exists()
    stories = public_stories()
    if mark.model == "testimonies.storyteller":
        return stories.filter(storyteller=mark.pk).exists()
    return mark.name in STORY and stories.filter(pk=mark.pk).exists()


def invites(world: World, mark: Mark) -> bool:
    """Whoever holds the link of an invitation reads who invites them."""
    return mark.name == "accounts.user.full_name" and mark.pk == world.invitation.sent_by_id


def own(user: User, mark: Mark) -> bool:
    return mark.model == "accounts.user" and mark.pk == user.pk


def of_own_movement(world: World, mark: Mark) -> bool:
    """Team, plan and coach of the movement of "leader", and the names of those who wrote there."""
    if mark.name == "accounts.user.full_name":
        return True
    if mark.name == "accounts.user.email":
        return world.own.coaches.filter(user=mark.pk).exists()
    if mark.model == "movements.movement":
        return mark.pk == world.own.pk
    if mark.model in ("movements.mandate", "movements.joinrequest"):
        rows = apps.get_model(mark.model).objects
        return rows.filter(pk=mark.pk, movement=world.own).exists()
    paths = {
        "labels.actionpoint": "plan__movement",
        "labels.decision": "plan__movement",
        "labels.example": "point__plan__movement",
        "labels.planstep": "plan__movement",
        "movements.message": "movement",
    }
    if mark.name not in PLAN:
        return False
    rows = apps.get_model(mark.model).objects.filter(pk=mark.pk)
    return rows.filter(**{paths[mark.model]: world.own}).exists()


def may_see(world: World, who: str, mark: Mark) -> bool:
    user = None if who == "anonymous" else world.user(who)
    if mark.name in EVERYBODY or published(mark) or invites(world, mark):
        return True
    if user and own(user, mark):
        return True
    if who == "leader":
        return of_own_movement(world, mark)
    return (who == "colleague" and mark.name in FOR_STAFF) or _of_the_colleague(world, who, mark)


def coaches(mark: Mark) -> bool:
    """The coach of a movement stands with an address in what its team hands over."""
    return (
        mark.name == "accounts.user.email" and CoachAssignment.objects.filter(user=mark.pk).exists()
    )


def _of_the_colleague(world: World, who: str, mark: Mark) -> bool:
    """The colleague owns one household and collected one story."""
    if who != "colleague":
        return False
    if coaches(mark):
        return True
    if mark.name in DETAILS:
        return Household.objects.filter(pk=mark.pk, owner=world.user(who)).exists()
    told = Testimony.objects.filter(collected_by=world.user(who))
    if mark.model == "testimonies.storyteller":
        return told.filter(storyteller=mark.pk).exists()
    return mark.model == "testimonies.testimonyconsent" and told.filter(consents=mark.pk).exists()


@pytest.mark.parametrize("who", ["anonymous", "alderman", "leader", "colleague"])
def test_nobody_finds_what_is_not_for_them(marked: Marked, who: str) -> None:
    world, marks = marked
    walk = walked(world, who)
    wrong = [
        f"{marks[word].name} {marks[word].pk} on {url}"
        for word, url in walk.marks().items()
        if not may_see(world, who, marks[word])
    ]
    assert wrong == []
    assert len(walk.seen) > len(TABLE)


PAYLOAD = {
    "token": "t",
    "code": "ABC-123",
    "email": "somebody@example.test",
    "what": "totp_added",
    "at": "2026-01-01T12:00:00+01:00",
}


def reminders_of(world: World) -> Iterator[OutboxMessage]:
    """A mail of each kind of the reminder ladder."""
    staff, mailbox = world.user("consultant").key, f"movement:{world.own.pk}"
    for step, recipient in (
        (Step.MARCH, world.mandate.key),
        (Step.READ_ONLY, world.mandate.key),
        (Step.AFTER_14, world.mandate.key),
        (Step.CHECK, world.mandate.key),
        (Step.MARCH, mailbox),
        (Step.AFTER_45, staff),
    ):
        of_a_day = step.chain in {Chain.CHANGE, Chain.CHECK}
        cycle = today().isoformat() if of_a_day else str(today().year)
        values = {"step": step, "cycle": cycle, "recipient": recipient, "why": Why.ENDS}
        days = {"due_on": today(), "decided_on": today()}
        row = Reminder(movement=world.own, rung=Rung.TEAM, outcome=Outcome.QUEUED, **values, **days)
        row.save()
        kind, named = kind_of(row), f"{step} {cycle}"
        yield OutboxMessage(
            kind=kind, object_id=row.pk, step=named, recipient=recipient, due_at=now()
        )


def mails_of(world: World) -> Iterator[tuple[str, str]]:
    """A mail of each kind as it would be sent, with its kind: what was sent, and what could be."""
    consultant, last = world.user("consultant"), today() + timedelta(days=10)
    plan_role_end(grant=consultant.grants.get(), ends_on=last, by=world.user("coordinator"))
    # an invitation that was sent again is gone
    rows = list(OutboxMessage.objects.exclude(~Q(pk=world.mail.pk), kind="invitation"))
    for kind, number, step in (
        ("files_need_owner", consultant.pk, last.isoformat()),
        ("retention_waits", world.retention_run.pk, "officer"),
        ("second_factor_changed", consultant.pk, ""),
        ("sign_in_code", consultant.pk, ""),
        ("weekly_digest", consultant.pk, week_of(today())),
        ("join_proposed", world.own.pk, ""),
        ("address_code", consultant.pk, ""),
        ("address_changed", consultant.pk, ""),
    ):
        rows.append(OutboxMessage(kind=kind, object_id=number, step=step, due_at=now()))
    rows += reminders_of(world)
    for row in rows:
        row.payload = json.dumps(PAYLOAD)
        row.recipient, row.language = row.recipient or consultant.key, row.language or "nl"
        mail = compose(row)
        assert mail is not None
        html = [str(part.content) for part in mail.alternatives]
        yield row.kind, "\n".join([mail.message().as_string(), mail.body, *html])


def test_no_mail_tells_about_a_family(marked: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even one that is late: each is composed, also where it would not be sent any more."""
    world, marks = marked
    for message in kinds().values():
        monkeypatch.setattr(message, "still_due", lambda self: True)
    secret = {word for word, mark in marks.items() if encrypted(mark)}
    told: dict[str, set[str]] = {}
    for kind, text in mails_of(world):
        told.setdefault(kind, set()).update(MARK.findall(text))
    assert set(told) == set(kinds())
    assert set().union(*told.values()) & secret == set()
    assert told["invitation"]  # the control: a mail does tell whom it is for


def dumped() -> Iterator[str]:
    """Every row of every table, as the database itself writes it."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            yield from (row[0] for row in cursor.fetchall())


def files() -> Iterator[bytes]:
    """Everything that lies in the folders of this process and in the temporary one."""
    for folder in {
        Path(settings.STATE_DIR),
        Path(settings.MEDIA_ROOT),
        Path(tempfile.gettempdir()),
    }:
        for path in folder.glob("*" if folder == Path(tempfile.gettempdir()) else "**/*"):
            if path.is_file() and path.stat().st_size < 10_000_000:
                yield path.read_bytes()


def test_what_the_owner_reads_stays_unreadable_in_tables_sessions_and_files(marked: Marked) -> None:
    """The owner meets the family (the control of the walk), and nothing stays behind of it."""
    world, marks = marked
    found = {marks[word].name for word in walked(world, "consultant").marks()}
    assert found >= DETAILS | PLAN | STORY | {"movements.mandate.name", "movements.mandate.email"}
    assert found >= {"homevisits.homevisit.next_steps", "testimonies.storyteller.name"}
    secret = {word for word, mark in marks.items() if encrypted(mark)}
    in_tables = set(MARK.findall("\n".join(dumped())))
    assert in_tables & secret == set()
    assert in_tables >= set(marks) - secret  # the control: a dump does hold what is not encrypted
    sessions = " ".join(str(session.get_decoded()) for session in Session.objects.all())
    assert set(MARK.findall(sessions)) & secret == set()
    on_disk = {word for data in files() for word in MARK.findall(data.decode(errors="ignore"))}
    assert on_disk & secret == set()
