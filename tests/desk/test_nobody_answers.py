"""A movement nobody answers for ends in the coordinator's list, and in that of its coach."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from core.calendar import today
from desk.worklist import work_list
from handovers.services import queue_reminders
from movements.enums import Function
from movements.services import assign_coach
from tests.factories import movements as people
from tests.factories.programmes import make_edition

pytestmark = pytest.mark.django_db
TITLE = "Groups that nobody answers for"


def listed(user: User) -> list[str]:
    with override("en"):
        found = {section.title: section for section in work_list(User.objects.get(pk=user.pk))}
    return [item.text for item in found[TITLE].items] if TITLE in found else []


def test_whose_main_leaders_are_gone_is_listed_with_the_page_that_explains() -> None:
    make_edition(starts_on=today() - timedelta(days=300), ends_on=today() + timedelta(days=300))
    coordinator, coach, colleague = (
        people.coordinator(),
        people.consultant("Coach"),
        people.consultant("Collega"),
    )
    group = people.movement("Chiro Zonder")
    assign_coach(movement=group, user=coach, by=coordinator)
    people.mandate(people.movement("Chiro Met"))
    people.movement("Chiro Pas Bekend")
    people.mandate(group, function=Function.LEADER)
    last = people.mandate(group)
    assert listed(coordinator) == []
    people.ended(last)
    assert [listed(each) for each in (coordinator, coach, colleague)] == [
        ["Chiro Zonder"],
        ["Chiro Zonder"],
        [],
    ]
    queue_reminders()
    client = Client()
    client.force_login(coordinator)
    with override("en"):
        page = client.get(reverse("admin:handovers_reminder_movement", args=[group.pk]))
    assert page.status_code == 200
    people.mandate(group, starts_on=today() + timedelta(days=20))
    assert listed(coordinator) == []
