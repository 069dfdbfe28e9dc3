"""The link in the mail: what it shows, to whom, and that it signs nobody in."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from accounts.models import User
from core import outbox
from core.calendar import now, today
from core.outbox import OutboxMessage, OutboxState
from movements.emails import InvitationMail
from movements.masking import masked
from movements.models import Invitation, Mandate
from movements.services import change_mandate, end_mandate, invite
from tests.factories import movements as make

pytestmark = pytest.mark.django_db
EMAIL = "an.peeters@example.org"


def invited(**fields: Any) -> tuple[Mandate, str]:
    """A mandate whose person was invited, and the path of the link."""
    fields = {"name": "An Peeters", "email": EMAIL, **fields}
    mandate = make.mandate(make.movement("Chiro De Zon"), **fields)
    invite(mandate=mandate, by=make.consultant())
    mandate.refresh_from_db()
    message = InvitationMail(OutboxMessage.objects.latest("id"))
    return mandate, f"/invitation/{message.payload['token']}/"


def deliver() -> OutboxState:
    (row_id,) = outbox.claim()
    return outbox.deliver(row_id)


# The mail --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "subject"), [("nl", "Chiro De Zon"), ("en", "Chiro De Zon: your invitation")]
)
def test_mail_has_the_movement_in_its_subject_and_one_link(
    settings: Any, language: str, subject: str
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mandate, path = invited()
    OutboxMessage.objects.update(language=language)
    assert deliver() is OutboxState.SENT
    (message,) = mail.outbox
    assert message.to == [EMAIL]
    assert subject in message.subject
    html = str(message.alternatives[0][0])
    for text in (message.body, html):
        assert settings.PUBLIC_URL + path in text
        assert "Kamal Consulent" in text
        assert "An Peeters" in text
        assert "{{" not in text
    assert OutboxMessage.objects.get().payload == ""
    assert mandate.user is not None


def test_mail_is_not_sent_when_the_mandate_ended_meanwhile(settings: Any) -> None:
    mandate, _path = invited()
    end_mandate(mandate=mandate, by=None)
    assert deliver() is OutboxState.NOT_DUE


def test_mail_is_not_sent_late_to_another_person_or_to_a_closed_account() -> None:
    mandate, _path = invited()
    row = OutboxMessage.objects.get()
    assert InvitationMail(row).still_due()
    with time_machine.travel(now() + timedelta(days=14, minutes=1)):
        assert not InvitationMail(row).still_due()
    User.objects.update(is_active=False)
    assert not InvitationMail(row).still_due()
    User.objects.update(is_active=True)
    change_mandate(mandate=mandate, by=None, email="other@example.org")
    late = InvitationMail(row)
    assert not late.still_due()
    with pytest.raises(LookupError):
        late.subject()


# The page --------------------------------------------------------------------------------------


def test_page_tells_movement_and_inviter_and_hides_the_address(
    client: Client, no_writes: Any
) -> None:
    _mandate, path = invited()
    with no_writes():
        page = client.get(path)
    text = page.content.decode()
    assert page.status_code == 200
    assert "Chiro De Zon" in text
    assert "Kamal Consulent" in text
    assert "a•••@example.org" in text
    assert EMAIL not in text
    assert "no-store" in page["Cache-Control"]
    assert "_auth_user_id" not in client.session
    assert client.get("/my/").status_code == 302


def test_button_mails_a_code_and_only_the_code_signs_in(client: Client) -> None:
    mandate, path = invited()
    page = client.post(path, {"email": "intruder@example.org"}, follow=True)
    assert page.redirect_chain == [("/sign-in/code/", 302)]
    text = page.content.decode()
    assert EMAIL not in text
    assert "a•••@example.org" in text
    assert "_auth_user_id" not in client.session
    row = OutboxMessage.objects.get(kind="sign_in_code")
    assert mandate.user is not None
    assert row.recipient == mandate.user.key
    code = outbox.kinds()["sign_in_code"](row).payload["code"]
    client.post("/sign-in/code/", {"code": code})
    assert client.session["_auth_user_id"] == str(mandate.user.pk)
    assert client.get(path).headers["Location"] == "/start/"


def test_typed_address_is_shown_in_full_to_who_typed_it(client: Client) -> None:
    make.user(email=EMAIL)
    page = client.post("/sign-in/", {"email": EMAIL}, follow=True)
    assert EMAIL in page.content.decode()


def test_somebody_else_on_this_device_is_asked_to_sign_out(client: Client) -> None:
    _mandate, path = invited()
    client.force_login(make.user("Bo Maes"))
    for page in (client.get(path), client.post(path)):
        assert page.status_code == 200
        assert "Bo Maes" in page.content.decode()
        assert "/sign-out/" in page.content.decode()
    assert not OutboxMessage.objects.filter(kind="sign_in_code").exists()


def test_codes_by_link_are_limited_like_codes_by_address(client: Client) -> None:
    _mandate, path = invited()
    pages = [client.post(path) for _ in range(4)]
    assert [page.status_code for page in pages] == [302, 302, 302, 200]
    assert EMAIL not in pages[3].content.decode()
    assert "alert" in pages[3].content.decode()
    assert OutboxMessage.objects.filter(kind="sign_in_code").count() == 3


def forget(mandate: Mandate) -> None:
    change_mandate(mandate=mandate, by=None, email="x@example.org")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda mandate: end_mandate(mandate=mandate, by=None),
        lambda mandate: Mandate.objects.update(ends_on=today() - timedelta(days=1)),
        lambda mandate: Mandate.objects.update(ended_at=now()),
        lambda mandate: User.objects.filter(pk=mandate.user_id).update(is_active=False),
        lambda mandate: Invitation.objects.update(
            created_at=now() - timedelta(days=15), expires_at=now() - timedelta(seconds=1)
        ),
        forget,
    ],
)
def test_link_that_does_not_work_is_one_page_for_all_reasons(client: Client, spoil: Any) -> None:
    unknown = client.get("/invitation/unknown/")
    mandate, path = invited()
    spoil(mandate)
    page = client.get(path)
    assert (page.status_code, page.content) == (404, unknown.content)
    assert client.post(path).status_code == 404
    assert not OutboxMessage.objects.filter(kind="sign_in_code").exists()


def test_newer_invitation_voids_the_older_link(client: Client) -> None:
    mandate, old = invited()
    with time_machine.travel(now() + timedelta(minutes=2)):
        invite(mandate=mandate, by=make.consultant())
    assert client.get(old).status_code == 404


def test_future_mandate_may_look_at_the_invitation(client: Client) -> None:
    _mandate, path = invited(starts_on=today() + timedelta(days=30))
    assert client.get(path).status_code == 200


def test_button_needs_the_token_of_the_form() -> None:
    _mandate, path = invited()
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403


def test_page_is_in_the_language_of_the_reader(client: Client) -> None:
    _mandate, path = invited()
    page = client.get(path, headers={"accept-language": "en"}).content.decode()
    assert "Come in with a code" in page
    assert 'lang="en"' in page


def test_page_asks_few_questions(client: Client) -> None:
    _mandate, path = invited()
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    # the invitation and its people, whether a leader invites, the edition of the page head
    assert len(queries) <= 4


def test_masked_addresses() -> None:
    assert masked("an@example.org") == "a•••@example.org"
    assert masked("a@b") == "a•••@b"
    with override("nl"):
        assert masked("broken") == "•••@broken"
