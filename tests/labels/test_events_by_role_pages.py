"""What happens to a label: every event, in every state, by everybody, through the page for it.

Only a coordinator decides; for whoever else there is no such page, whatever the state. What the
state does not allow is refused with a reason, and nothing is written either way.
"""

from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from labels.enums import LabelEventKind, LabelState
from labels.models import Label, LabelEvent
from labels.services.awards import award_label
from tests.factories.labels import coach
from tests.labels.awarding import decide, leader_of, make_movement, person
from tests.labels.test_awards import ALLOWED, SERVICES, START, STATES

pytestmark = pytest.mark.django_db

# by hand: the pages, and what each records; a merger has none, it comes with the movements
PAGES = {
    "pause": LabelEventKind.PAUSED,
    "resume": LabelEventKind.RESUMED,
    "withdraw": LabelEventKind.WITHDRAWN,
    "give-back": LabelEventKind.GIVEN_BACK,
}
MAY = {"coordinator", "coordinator who coaches"}


def everybody(label: Label) -> dict[str, User | None]:
    coaching = person("Clara Coach", "coordinator")
    coach(label.movement, coaching)
    return {
        "coordinator": person("Cora Coordinator", "coordinator"),
        "coordinator who coaches": coaching,
        "consultant": person("Karel Consulent", "consultant"),
        "leader": leader_of(label.movement),
        "leader of another group": leader_of(make_movement("Elders"), "Els Elders"),
        "alderman": person("Ann Schepen", "alderman"),
        "privacy officer": person("Pia Privacy", "privacy_officer"),
        "nobody": person("Niko Niemand"),
        "stranger": None,
    }


def signed_in(user: User | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if user is not None:
        client.force_login(user)
    return client


def attempt(label: Label, page: str, client: Client, on: Any) -> str:
    """What came of it: the event, "refused" with a reason, or "no page"; undone either way."""
    before = LabelEvent.objects.count()
    with transaction.atomic():
        address = f"/admin/labels/label/{label.pk}/event/{page}/"
        answer = client.post(address, {"on": str(on), "reason": "Omdat"})
        made = LabelEvent.objects.order_by("pk")[before:]
        done = made[0].kind if made else ""
        transaction.set_rollback(True)
    if done:
        return done
    if answer.status_code == 200:
        said = answer.content.decode()
        return "refused" if "this cannot be done now" in said else "refused without a reason"
    return "no page" if answer.status_code in (302, 404) else str(answer.status_code)


@pytest.mark.no_cover
@pytest.mark.parametrize("state", LabelState)
def test_every_event_by_everybody(state: LabelState, time_machine: Any) -> None:
    day, events = STATES[state]
    time_machine.move_to(f"{day}T12:00:00Z")
    by = person("By")
    decision = decide(make_movement(), STATES[LabelState.UPCOMING][0])
    label = award_label(decision=decision, starts_on=START, by=by)
    for event in events:
        SERVICES[event](label=label, by=by, reason="Zo begon het")
    wrong = []
    clients = {role: signed_in(user) for role, user in everybody(label).items()}
    for (role, client), (page, kind) in product(clients.items(), PAGES.items()):
        allowed = str(kind) if state in ALLOWED[kind] else "refused"
        expected = allowed if role in MAY else "no page"
        got = attempt(label, page, client, day)
        if got != expected:
            wrong.append(f"{state} {page} by {role}: {got}, expected {expected}")
    assert not wrong, "\n".join(wrong)
