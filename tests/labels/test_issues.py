"""New issues of a certificate: what changes, what never does, and two at the same moment."""

import threading
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils.translation import override

from core.calendar import pretend
from core.errors import Refused
from core.logs import ActivityLog
from core.translated import Translated
from labels.certificates import certificate_html, facts_of
from labels.models import Certificate, Label
from labels.selectors.certificates import (
    differences,
    issue_in_force,
    printed_on,
    words_of_today,
)
from labels.services import certificates
from labels.services.awards import withdraw_label
from labels.services.certificates import reissue
from programmes.models import Edition
from tests.labels.awarding import award, make_edition, make_movement, person
from tests.labels.test_awards_concurrent import at_once

ADMIN = "/admin/labels/label/"


@pytest.fixture(autouse=True)
def _clock(time_machine: Any) -> None:
    time_machine.move_to("2024-06-15T12:00:00Z")


def rename(label: Label, name: str = "Scouts Nieuw") -> Label:
    label.movement.name = name
    label.movement.save()
    return Label.objects.get(pk=label.pk)


@pytest.mark.django_db
def test_a_new_issue_has_the_words_of_today_and_nothing_else_changes() -> None:
    label = award()
    before = Label.objects.values().get(pk=label.pk)
    Edition.objects.update(signatory=Translated(nl="schepen Nieuw", fr="N", en="N"))
    label, by = rename(label), person("Cora", "coordinator")
    first = issue_in_force(label)
    second = reissue(label=label, by=by, reason=" Nieuwe naam ")
    assert first is not None
    first.refresh_from_db()
    assert (first.issue, first.replaced_on) == (1, date(2024, 6, 15))
    assert (second.issue, second.reason, second.issued_by) == (2, "Nieuwe naam", by)
    assert second.code != first.code == label.code
    assert issue_in_force(label) == second
    assert (second.frozen["movement"], second.frozen["signatory"]["nl"]) == (
        "Scouts Nieuw",
        "schepen Nieuw",
    )
    assert Label.objects.values().get(pk=label.pk) == before
    assert ActivityLog.objects.filter(verb="reissued", object_id=second.pk).exists()


@pytest.mark.django_db
def test_each_issue_says_which_it_is() -> None:
    label = rename(award())
    reissue(label=label, by=person("Cora"), reason="Nieuwe naam")
    old, new = (
        certificate_html(label, "en", issue) for issue in label.certificates.order_by("issue")
    )
    assert "Replaced on 15 June 2024" in old
    assert "Demo Scouts Zonnebloem" in old
    assert "Replaced on" not in new
    assert f"(issue {2}, 15 June 2024)" in " ".join(new.split())
    assert facts_of(label, "en").url.endswith(f"/{label.certificates.get(issue=2).code}/")
    assert certificate_html(label, "en") == new


@pytest.mark.django_db
def test_what_differs_is_told_in_words() -> None:
    label = award()
    assert differences(label) == []
    Edition.objects.update(municipality="Demodorp", name=Translated(nl="A", fr="B", en="A"))
    with override("en"):
        found = {str(one.what): (one.printed, one.today) for one in differences(rename(label))}
    assert found == {
        "movement": ("Demo Scouts Zonnebloem", "Scouts Nieuw"),
        "municipality": ("Demostad", "Demodorp"),
        "programme": (
            "Jeugdwerk voor Alleman / Des mouvements pour tous / Youth work for all",
            "A / B",
        ),
    }


@pytest.mark.django_db
def test_who_signs_now_signs_and_the_programme_stays_that_of_the_award() -> None:
    label = award()
    words = {"name": Translated(nl="Nieuw programma"), "municipality": "Later"}
    make_edition(starts_on=date(2023, 3, 1), ends_on=date(2026, 2, 28), **words)
    now = words_of_today(label)
    assert (now["municipality"], now["programme"]) == ("Later", printed_on(label)["programme"])


@pytest.mark.django_db
def test_what_nobody_knows_today_stays_as_it_is_printed() -> None:
    label = award()
    Edition.objects.update(name=Translated(nl="Anders"), municipality="Anders")
    label.decision = None  # as of one that was taken over
    assert words_of_today(label)["programme"] == printed_on(label)["programme"]
    with pretend(date(2020, 1, 1)):  # before there was any edition
        assert words_of_today(label) == printed_on(label)


@pytest.mark.django_db
def test_a_label_that_was_taken_over_has_its_first_issue_made() -> None:
    label = award()
    label.certificates.all().delete()
    assert issue_in_force(label) is None
    assert facts_of(label, "nl").url.endswith(f"/{label.code}/")
    assert printed_on(label)["movement"] == "Demo Scouts Zonnebloem"
    issue = reissue(label=label, by=person("Cora"), reason="Er was er nog geen")
    assert (issue.issue, issue.code) == (1, label.code)


@pytest.mark.django_db
def test_without_a_reason_or_over_nothing_is_made() -> None:
    label, by = award(), person("Cora")
    with pytest.raises(Refused):
        reissue(label=label, by=by, reason="  ")
    withdraw_label(label=label, by=by, reason="Gestopt")
    with pytest.raises(Refused, match=r"ingetrokken|withdrawn"):
        reissue(label=label, by=by, reason="Nieuwe naam")
    assert Certificate.objects.count() == 1


# In the admin ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_suggests_tells_and_does_it(client: Any) -> None:
    label = award()
    client.force_login(person("Cora Coordinator", "coordinator"))
    client.cookies["django_language"] = "en"
    page = f"{ADMIN}{label.pk}/reissue/"
    assert "no longer says" not in client.get(f"{ADMIN}{label.pk}/change/").content.decode()
    assert "would say the same" in client.get(page).content.decode()
    rename(label)
    assert "no longer says" in client.get(f"{ADMIN}{label.pk}/change/").content.decode()
    asked = client.get(page).content.decode()
    assert "Scouts Nieuw" in asked
    assert "stay as they were awarded" in asked
    assert client.post(page, {"reason": ""}).status_code == 200
    for _click in range(2):  # a double click makes one
        assert client.post(page, {"reason": "Naam", "csrfmiddlewaretoken": "x"}).status_code == 302
    assert label.certificates.count() == 2
    after = client.get(f"{ADMIN}{label.pk}/change/").content.decode()
    assert "replaced on 15 June 2024" in after
    assert "no longer says" not in after
    withdraw_label(label=label, by=person("Cora"), reason="Gestopt")
    assert "reissue/" not in client.get(f"{ADMIN}{label.pk}/change/").content.decode()
    refused = client.post(page, {"reason": "Naam 2"})
    assert "this cannot be done now" in refused.content.decode()


@pytest.mark.django_db
def test_an_older_issue_can_be_read(client: Any) -> None:
    label = rename(award())
    reissue(label=label, by=person("Cora"), reason="Naam")
    client.force_login(person("Karel", "consultant"))
    url = f"/my/{label.movement_id}/label/{label.pk}/certificate.pdf"
    names = {
        query: client.get(url + query).headers.get("Content-Disposition")
        for query in ("", "?issue=1", "?issue=2", "?issue=3", "?issue=x", "?issue=99999999999")
    }
    assert names[""] == names["?issue=2"] == 'inline; filename="label-2022-001-2-nl.pdf"'
    assert names["?issue=1"] == 'inline; filename="label-2022-001-nl.pdf"'
    assert [names[q] for q in ("?issue=3", "?issue=x", "?issue=99999999999")] == [None] * 3


# At the same moment ----------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locks", [True, False], ids=["as it is", "without the lock"])
def test_two_at_once_get_two_numbers(locks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no row locks: one writer at a time")
    label, by, meet = award(make_movement()), person("Cora"), threading.Barrier(2)
    real = certificates.words_of_today

    def both(label: Label) -> Any:
        """Between reading the last number and writing the next: where the lock keeps others out."""
        with suppress(threading.BrokenBarrierError):
            meet.wait(0.3)
        return real(label)

    monkeypatch.setattr(certificates, "words_of_today", both)
    if not locks:
        movements = certificates.Movement.objects.get_queryset().__class__
        monkeypatch.setattr(movements, "select_for_update", lambda rows, **options: rows)
    results = at_once([lambda: reissue(label=label, by=by, reason="Naam")] * 2, threads=2)
    refused = sum(isinstance(result, IntegrityError) for result in results)
    assert refused == (0 if locks else 1), results
    issues = list(label.certificates.order_by("issue"))
    assert [issue.issue for issue in issues] == ([1, 2, 3] if locks else [1, 2])
    assert [issue.replaced_on is None for issue in issues][-1]
    assert sum(issue.replaced_on is None for issue in issues) == 1
