"""The tools of the tests do what they promise."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.mail import send_mail
from django.db import connection, transaction
from django.template import Context, Template, engines
from django.template.base import Origin

from accounts.services import ensure_user
from core import triggers
from core.models import ActivityLog
from movements.models import Federation
from tests.support.browser import Pages
from tests.support.processes import Process
from tests.support.smtp import Sink, code_in, links_in, text_of
from tests.support.templates import UnknownVariable
from tests.support.writes import reading_only

OURS = str(Path(__file__).parent.parent / "templates" / "x.html")
THEIRS = "/usr/lib/python3/site-packages/django/contrib/admin/templates/admin/x.html"


def render(source: str, origin: str, **context: Any) -> str:
    engine = engines["django"].engine
    return Template(source, origin=Origin(origin), engine=engine).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        "{{ nobody }}",
        "{{ person.nobody }}",
        "{{ nobody|upper }}",
        "{% with a=nobody %}{% endwith %}",
        "{% load i18n %}{% blocktranslate %}Hello {{ nobody }}{% endblocktranslate %}",
    ],
)
def test_unknown_variable_of_our_templates_fails(source: str) -> None:
    with pytest.raises(UnknownVariable, match="nobody"):
        render(source, OURS, person={"name": "x"})
    assert "None" not in render(source, THEIRS, person={"name": "x"})


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("{{ nobody|default:'–' }}", "–"),
        ("{% if nobody %}yes{% else %}no{% endif %}", "no"),
        ("{{ known }}", ""),
        ("{{ person.name }}", "x"),
    ],
)
def test_known_or_defaulted_variables_print(source: str, printed: str) -> None:
    assert render(source, OURS, known="", person={"name": "x"}) == printed


@pytest.mark.django_db
def test_reading_only_catches_a_write() -> None:
    refused = pytest.raises(AssertionError, match="core_activitylog")
    with refused, transaction.atomic(), reading_only():
        ActivityLog.objects.create(actor="system", verb="x")
    with reading_only("core_activitylog"):
        ActivityLog.objects.create(actor="system", verb="x")
        assert ActivityLog.objects.count() == 1


@pytest.mark.parametrize("run", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_committing_test_finds_the_database_as_migrations_left_it(run: int) -> None:
    assert ActivityLog.objects.count() == 0
    assert triggers.missing(connection) == []
    assert Federation.objects.exists()
    assert Permission.objects.exists()
    ActivityLog.objects.create(actor="system", verb="x")
    Federation.objects.all().delete()


def test_smtp_sink_keeps_what_it_receives(smtp: Sink) -> None:
    text = "Your code:\n\nABC-D23\n\nhttp://localhost:1/x?y=1\n"
    send_mail("Hé", text, "a@example.org", ["b@example.org"])
    message = smtp.wait("b@example.org", seconds=1)
    assert message["Subject"] == "Hé"
    assert code_in(message) == "ABC-D23"
    assert links_in(message) == ["http://localhost:1/x?y=1"]
    assert text_of(EmailMessage()) == ""
    with pytest.raises(AssertionError, match="No mail for b@"):
        smtp.wait("b@example.org", seconds=0.1)


def test_smtp_sink_can_refuse(smtp: Sink) -> None:
    smtp.answer = "451 Try later"
    with pytest.raises(OSError, match="Try later"):
        send_mail("x", "x", "a@example.org", ["b@example.org"])
    assert (smtp.attempts, smtp.messages) == (1, [])


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_browser_reaches_the_site(new_page: Pages, javascript: bool) -> None:
    page = new_page(320, javascript=javascript)
    response = page.goto("/healthz")
    assert response is not None
    assert response.status == 200


@pytest.mark.browser
def test_browser_notices_another_host(new_page: Pages) -> None:
    page = new_page()
    page.route("**/elsewhere/**", lambda route: route.fulfill(body="x"))
    page.goto("/healthz")
    page.evaluate("new Image().src = 'http://example.invalid/elsewhere/x'")
    page.wait_for_timeout(200)
    assert any("example.invalid" in problem for problem in new_page.problems)
    new_page.problems.clear()


@pytest.mark.browser
def test_a_sign_in_code_travels_through_worker_and_mail_server(
    worker: Process, smtp: Sink, new_page: Pages
) -> None:
    ensure_user(email="ann@example.org", full_name="Ann", language="nl")
    page = new_page(320, javascript=False)
    page.goto("/sign-in/")
    page.locator("input[type=email]").fill("ann@example.org")
    page.locator("input[type=email]").press("Enter")
    message = smtp.wait("ann@example.org")
    page.locator("input[name=code]").fill(code_in(message))
    page.locator("input[name=code]").press("Enter")
    page.wait_for_url("**/start/**")
    assert smtp.attempts == 1
