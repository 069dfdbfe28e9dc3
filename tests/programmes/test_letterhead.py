"""Every mail says of which programme it comes."""

import pytest

from accounts.enums import Role
from core import outbox
from programmes.emails import programme_name
from tests.factories.people import make_user
from tests.factories.programmes import make_edition
from tests.support.smtp import Sink, text_of


@pytest.mark.django_db
def test_a_mail_names_the_programme_in_its_language(smtp: Sink) -> None:
    user = make_user(Role.COORDINATOR)
    make_edition()
    outbox.enqueue(
        kind="sign_in_code",
        object_id=user.pk,
        recipient=user.key,
        language="fr",
        payload={"code": "ABC-DEF"},
    )
    outbox.deliver_due()

    [mail] = smtp.messages
    assert "La jeunesse pour tous" in text_of(mail)


@pytest.mark.django_db
def test_before_the_first_edition_it_names_none() -> None:
    assert programme_name() == {"programme_name": ""}
