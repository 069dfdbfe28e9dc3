"""The pages about how long things are kept, and the mails about lists that wait."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import User
from accounts.services import end_role
from core.calendar import pretend, today
from core.outbox import OutboxMessage, OutboxState, deliver_due
from privacy import tasks
from privacy.emails import RetentionWaits, queue_overdue
from privacy.enums import RunState
from privacy.models import RetentionPolicy, RetentionRun
from privacy.services import retention
from tests.factories.people import make_user
from tests.factories.programmes import make_edition
from tests.privacy.due import KEY, carry_out, officer, old_family, waiting_run
from tests.support import proof

pytestmark = pytest.mark.django_db
PERIODS = "/admin/privacy/retention/"


@pytest.fixture(autouse=True)
def _edition() -> None:
    make_edition()


@pytest.fixture
def olga() -> User:
    return officer()


@pytest.fixture
def client(olga: User) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(olga)
    return browser


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return text(response)


# Periods ---------------------------------------------------------------------------------------


def test_the_page_tells_every_period_and_the_rule_of_the_first_list(client: Client) -> None:
    shown = page(client, PERIODS)
    assert "6 months after the first contact, without an intake" in shown
    assert "12 months after the decision" in shown
    assert "The first list under a period is only shown and can never be approved." in shown
    assert "Nothing is forgotten before the privacy officer has approved the list" in shown
    assert "none yet" in shown
    assert "List now" in shown


def test_the_list_of_categories_asks_as_many_questions_with_one_run_as_with_three(
    client: Client, django_assert_num_queries: Any
) -> None:
    old_family()
    waiting_run()
    client.get(PERIODS)
    with django_assert_num_queries(6):
        client.get(PERIODS)
    for _number in range(2):
        old_family()
        RetentionRun.objects.filter(state=RunState.WAITING).update(state=RunState.REPLACED)
        retention.list_due(key=KEY, by=None)
    assert RetentionRun.objects.count() == 4
    with django_assert_num_queries(6):
        client.get(PERIODS)


def test_a_period_is_changed_with_a_reason(client: Client, olga: User) -> None:
    url = f"{PERIODS}{KEY}/"
    assert "Now: 6 months after the first contact, without an intake" in page(client, url)
    sent = {"months": "4", "legal_reference": "Council, 3 May", "reason": "Shorter is better."}
    assert client.post(url, sent)["Location"] == PERIODS
    policy = RetentionPolicy.objects.latest("pk")
    assert (policy.months, policy.decided_by) == (4, olga)
    shown = page(client, url)
    assert "Now: 4 months after the first contact, without an intake (Council, 3 May)" in shown
    assert "Shorter is better." in shown
    assert "the default" in shown
    assert "4 months after the first contact" in page(client, PERIODS)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"months": "6", "reason": "Because."}, "Nothing changes: this is what holds now."),
        ({"months": "0", "reason": "Because."}, "greater than or equal to 1"),
        ({"months": "3", "reason": ""}, "This field is required."),
        ({"months": "many", "reason": "x"}, "Enter a whole number."),
    ],
)
def test_what_is_wrong_is_said_at_the_form(
    client: Client, sent: dict[str, str], words: str
) -> None:
    response = client.post(f"{PERIODS}{KEY}/", sent)
    assert response.status_code == 200
    assert words in text(response)
    assert not RetentionPolicy.objects.filter(decided_by__isnull=False).exists()


def test_a_category_that_does_not_exist_is_not_found(client: Client) -> None:
    assert client.get(f"{PERIODS}no.such/").status_code == 404
    assert client.post(f"{PERIODS}no.such/list/").status_code == 404
    assert client.get(f"{PERIODS}999999/").status_code == 404
    assert client.post(f"{PERIODS}999999/approve/").status_code == 404


# Lists -----------------------------------------------------------------------------------------


def test_a_list_is_made_shown_approved_and_carried_out(client: Client, olga: User) -> None:
    family = old_family(family_name="Zzgone")
    with pretend(today() - timedelta(days=1)):
        made = client.post(f"{PERIODS}{KEY}/list/")
    shown = page(client, made["Location"])
    assert "It is only shown; the next one can be approved." in shown
    assert "Approve: forget them" not in shown
    assert f"<li>{family.pk}</li>" in shown
    assert "Zzgone" not in shown
    url = client.post(f"{PERIODS}{KEY}/list/")["Location"]
    shown = page(client, url)
    assert "Approve: forget them" in shown
    assert "These people are erased" in shown
    approved = client.post(f"{url}approve/", follow=True)
    assert "Approved. It begins within ten minutes." in text(approved)
    assert "Still to come" in text(approved)
    again = client.post(f"{url}approve/", follow=True)
    assert "does not wait for an approval" in text(again)
    assert tasks.forget_what_was_approved() == 1
    shown = page(client, url)
    assert "Forgotten" in shown
    assert "Carried out" in shown


def test_what_cannot_be_listed_is_said(client: Client) -> None:
    response = client.post(f"{PERIODS}{KEY}/list/", follow=True)
    assert "Nothing is due." in text(response)
    assert response.redirect_chain == [(PERIODS, 302)]


def test_records_are_deleted_where_a_category_is_not_about_persons(client: Client) -> None:
    old_family()
    run = waiting_run()
    RetentionRun.objects.filter(pk=run.pk).update(category="labels.example")
    assert "These records are deleted for good." in page(client, f"{PERIODS}{run.pk}/")


def test_a_list_of_a_log_tells_up_to_which_day(client: Client) -> None:
    old_family()
    run = waiting_run()
    RetentionRun.objects.filter(pk=run.pk).update(category="core.accesslog", up_to=today())
    shown = page(client, f"{PERIODS}{run.pk}/")
    assert "They are too many to be listed." in shown


def test_a_long_list_has_pages(client: Client) -> None:
    for _number in range(3):
        old_family()
    run = waiting_run()
    run.items.bulk_create(
        type(run.items.get(pk=run.items.latest("pk").pk))(run=run, object_id=10_000 + number)
        for number in range(220)
    )
    assert "Page 1 of 2" in page(client, f"{PERIODS}{run.pk}/")
    assert "<li>10219</li>" in page(client, f"{PERIODS}{run.pk}/?page=2")


def test_approving_asks_for_the_second_factor_again(olga: User) -> None:
    old_family()
    run = waiting_run()
    client = Client()
    proof._sign_in(client, olga)
    proof.prove(client, olga, minutes_ago=20)
    response = client.post(f"{PERIODS}{run.pk}/approve/")
    assert response["Location"].startswith(reverse("second_factor_again"))
    run.refresh_from_db()
    assert run.state == RunState.WAITING


def test_the_coordinator_reads_and_decides_nothing() -> None:
    old_family()
    run = waiting_run()
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(Role.COORDINATOR))
    assert "List now" not in page(client, PERIODS)
    shown = page(client, f"{PERIODS}{run.pk}/")
    assert "The privacy officer approves it." in shown
    assert "Approve: forget them" not in shown
    for url in (f"{run.pk}/approve/", f"{KEY}/list/", f"{KEY}/"):
        assert client.post(f"{PERIODS}{url}").status_code == 404
    run.refresh_from_db()
    assert run.state == RunState.WAITING


# Lists that wait too long ----------------------------------------------------------------------


@pytest.fixture
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def recipients() -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(kind=RetentionWaits.kind).order_by("pk")
    return [(row.step, row.recipient) for row in rows]


def test_after_14_days_the_officers_are_told_and_after_28_the_coordinators(olga: User) -> None:
    old_family()
    cleo, second = make_user(Role.COORDINATOR), officer()
    run = waiting_run(days_ago=0)
    told = [("14", key) for key in sorted([olga.key, second.key])]
    for days, expected in [
        (13, []),
        (14, told),
        (15, told),
        (27, told),
        (28, [*told, ("28", cleo.key)]),
        (90, [*told, ("28", cleo.key)]),
    ]:
        with pretend(today() + timedelta(days=days)):
            tasks.list_what_is_due()
        assert sorted(recipients()) == sorted(expected)
    assert RetentionRun.objects.filter(state=RunState.WAITING).get() == run


def test_without_a_privacy_officer_the_coordinators_are_told_at_once(olga: User) -> None:
    old_family()
    cleo = make_user(Role.COORDINATOR)
    run = waiting_run(days_ago=15)
    end_role(grant=olga.grants.get(), by=None)
    assert queue_overdue(run, 14) == 1
    assert recipients() == [("14", cleo.key)]
    assert queue_overdue(run, 14) == 0


def test_the_mail_says_what_waits_and_holds_no_name(olga: User) -> None:
    old_family(family_name="Zzsecret")
    User.objects.filter(pk=olga.pk).update(language="en")
    cleo = make_user(Role.COORDINATOR)
    User.objects.filter(pk=cleo.pk).update(language="en")
    run = waiting_run(days_ago=30)
    assert retention.escalate() == 2
    deliver_due()
    first, second = sorted(mail.outbox, key=lambda message: message.to != [olga.email])
    assert first.to == [olga.email]
    assert first.subject == "Records wait to be forgotten: Families without an intake"
    assert "1 record was kept long enough." in first.body
    assert "Nobody approved the list for 30 days." in first.body
    assert f"{PERIODS}{run.pk}/" in first.body
    assert "Only the privacy officer approves." not in first.body
    assert "Only the privacy officer approves." in second.body
    for message in mail.outbox:
        html, _kind = message.alternatives[0]
        assert "Zzsecret" not in message.body + str(html)


def test_a_mail_about_a_list_that_was_approved_since_is_not_sent(olga: User) -> None:
    old_family()
    run = waiting_run(days_ago=15)
    retention.escalate()
    retention.approve(run=run, by=olga)
    deliver_due()
    assert mail.outbox == []
    assert OutboxMessage.objects.get(kind=RetentionWaits.kind).state == OutboxState.NOT_DUE


def test_a_mail_to_somebody_who_is_no_officer_any_more_is_not_sent(olga: User) -> None:
    old_family()
    second = officer()
    waiting_run(days_ago=15)
    retention.escalate()
    end_role(grant=second.grants.get(), by=None)
    deliver_due()
    assert [message.to for message in mail.outbox] == [[olga.email]]


def test_the_work_goes_on_by_night(olga: User) -> None:
    old_family()
    assert tasks.list_what_is_due() == 1
    with pretend(today() + timedelta(days=1)):
        assert tasks.list_what_is_due() == 1
        run = RetentionRun.objects.get(state=RunState.WAITING)
        retention.approve(run=run, by=olga)
        assert carry_out(run).state == RunState.DONE
