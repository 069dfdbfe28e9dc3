"""What everybody may see: is this label valid now, and who carries one."""

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils.html import escape

from core.calendar import today
from core.translated import Translated
from labels.models import ActionPlan, Certificate, Decision, Label
from labels.selectors.register import (
    current_label,
    label_by_code,
    label_card,
    labels_valid,
    register_rows,
)
from labels.services.awards import award_label, give_back_label, pause_label, withdraw_label
from movements.models import Federation, Movement
from tests.labels.awarding import award, decide, leader_of, make_edition, make_movement, person
from tests.support.statistics import learn

START, END = date(2022, 11, 14), date(2025, 11, 13)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(time_machine: Any) -> None:
    time_machine.move_to("2024-06-15T12:00:00Z")


@pytest.fixture
def public(client: Any) -> Any:
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def label() -> Label:
    return award(day=START)


def page(client: Any, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return str(response.content.decode())


def verify(label: Label) -> str:
    return reverse("labels:verify", args=[label.code])


# Verification ----------------------------------------------------------------------------------


def test_a_valid_label_says_yes_until_when(public: Any, label: Label) -> None:
    content = page(public, verify(label))
    assert "Yes, valid until 13 November 2025" in content
    for text in ("Demo Scouts Zonnebloem", "Youth work for all", "2022-001"):
        assert text in content
    assert content.count("ring-verified") == 10


@pytest.mark.parametrize("service", [pause_label, withdraw_label, give_back_label])
def test_a_label_that_is_not_valid_says_no_and_not_why(
    public: Any, label: Label, service: Any
) -> None:
    service(label=label, by=person("Karel Consulent"), reason="De ploeg is gestopt")
    content = page(public, verify(label))
    assert "No, not valid" in content
    assert content.count("ring-empty") == 10
    for secret in ("gestopt", "Karel", "paused", "withdrawn", "given back", "2025", "13 November"):
        assert secret not in content


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        ("2022-11-13T22:59:00Z", "No, not valid"),
        ("2022-11-13T23:01:00Z", "Yes, valid until"),
        ("2025-11-13T22:59:00Z", "Yes, valid until"),
        ("2025-11-13T23:01:00Z", "No, not valid"),  # grace is not valid
        ("2026-02-14T12:00:00Z", "No, not valid"),
    ],
)
def test_the_answer_is_of_today_in_brussels(
    public: Any, label: Label, time_machine: Any, moment: str, answer: str
) -> None:
    time_machine.move_to(moment)
    assert answer in page(public, verify(label))


def test_a_code_is_read_whatever_its_capitals(public: Any, label: Label) -> None:
    assert "Yes, valid" in page(public, f"/label/{label.code.upper()}/")
    assert label_by_code(label.code) == label


def test_every_unknown_code_gets_the_same_helpful_page(public: Any, label: Label) -> None:
    known = Certificate.objects.get(label=label)
    near = known.code[:-1] + ("2" if known.code[-1] != "2" else "3")
    texts = set()
    for code in ("k3m9k3m9k3m9k3m9", near, "zzzz"):
        answer = public.get(f"/label/{code}/")
        assert answer.status_code == 404
        texts.add(re.sub(r'value="\w{64}"', "", answer.content.decode().replace(code, "")))
    assert len(texts) == 1
    assert "We do not know this code" in texts.pop()


@pytest.mark.parametrize(
    "typed",
    [
        *("{code}", " {upper} ", "{first} {last}", "{first}-{last}"),
        *("https://jeugdwerk.voorbeeldstad.be/label/{code}/", "voorbeeldstad.be/label/{code}"),
        *("2022-001", " 2022-001 ", "2022–001", "Nr. 2022-001", "n° 2022-001", "No. 2022-001"),
    ],
)
def test_a_number_or_code_is_typed_as_people_copy_it(public: Any, label: Label, typed: str) -> None:
    code = label.code
    parts = {"code": code, "upper": code.upper(), "first": code[:8], "last": code[8:]}
    answer = public.get("/label/", {"certificate": typed.format(**parts)})
    assert answer.url == verify(label)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "This field is required."),
        ("2022-999", "We do not know this number."),
        ("k3m9 k3m9 k3m9 k3m9", "We do not know this number."),
        ("/", "We do not know this number."),
        ("<script>alert(1)", "We do not know this number."),
        ("x" * 201, "at most 200 characters"),
    ],
)
def test_what_is_no_certificate_is_told_at_its_field(
    public: Any, label: Label, typed: str, message: str
) -> None:
    assert "Check a certificate" in page(public, "/label/")
    content = page(public, f"/label/?{urlencode({'certificate': typed})}")
    assert message in content
    assert escape(typed) in content


def test_a_label_taken_over_without_its_paper_is_found_too(public: Any, label: Label) -> None:
    label.certificates.all().delete()
    assert "Yes, valid until" in page(public, verify(label))
    for typed in (label.code, label.number):
        assert public.get("/label/", {"certificate": typed}).url == verify(label)


def test_an_old_issue_says_that_a_newer_one_replaced_it(public: Any, label: Label) -> None:
    assert "replaced" not in page(public, verify(label))
    first = label.certificates.get()
    first.replaced_on = date(2024, 3, 1)
    first.save(update_fields=["replaced_on"])
    words = first.frozen | {"movement": "Scouts Nieuwe Naam"}
    again = label.certificates.create(issue=2, frozen=words, reason="Een nieuwe naam")
    old, new = page(public, verify(label)), page(public, f"/label/{again.code}/")
    assert "This certificate was replaced by a newer one on 1 March 2024." in old
    assert "replaced" not in new
    for content, name in ((old, "Demo Scouts Zonnebloem"), (new, "Scouts Nieuwe Naam")):
        assert "Yes, valid until 13 November 2025" in content
        assert name in content
        assert "Een nieuwe naam" not in content
    for typed in (again.code, label.number):  # a number finds the issue in force
        answer = public.get("/label/", {"certificate": typed})
        assert answer.url == f"/label/{again.code}/"
    withdraw_label(label=label, by=person("Karel Consulent"), reason="…")
    assert "No, not valid" in page(public, f"/label/{again.code}/")


def test_it_shows_no_person(public: Any, label: Label) -> None:
    leader_of(label.movement)
    content = page(public, verify(label))
    for name in ("Lotte", "Cora", "Karel", "Doen:"):
        assert name not in content


def test_a_name_with_markup_is_text(public: Any) -> None:
    label = award(make_movement("<script>alert(1)</script>"))
    for url in (verify(label), "/register/"):
        content = page(public, url)
        assert "<script>alert" not in content
        assert "&lt;script&gt;alert" in content


def test_the_answer_is_never_stored(public: Any, label: Label, no_writes: Any) -> None:
    with no_writes():
        assert public.get(verify(label))["Cache-Control"] == "no-store"


@pytest.mark.parametrize("url", ["/register/", "/label/{code}/"])
def test_only_reading(public: Any, label: Label, url: str) -> None:
    url = url.format(code=label.code)
    assert public.head(url).status_code == 200
    for method in (public.post, public.put, public.delete):
        assert method(url).status_code == 405


# The register ----------------------------------------------------------------------------------


def names(search: str = "") -> list[str]:
    return [row.movement.name for row in register_rows(search)]


def test_the_register_shows_whose_label_is_valid_today(public: Any) -> None:
    by = person("By")
    shown = award(make_movement("Chiro Zonnig"), START)
    paused = award(make_movement("Chiro Pauze"), START)
    pause_label(label=paused, by=by, reason="…")
    gone = award(make_movement("Chiro Weg"), START)
    withdraw_label(label=gone, by=by, reason="…")
    award(make_movement("Chiro Gratie"), date(2021, 4, 1))
    decision = decide(make_movement("Chiro Straks"), date(2024, 6, 1))
    award_label(decision=decision, starts_on=date(2024, 9, 1), by=by)
    make_movement("Chiro Zonder")
    content = page(public, "/register/")
    assert "Chiro Zonnig" in content
    assert "Valid until 13 November 2025" in content
    assert "1 movement" in content
    for absent in ("Pauze", "Weg", "Gratie", "Straks", "Zonder", "By"):
        assert f"Chiro {absent}" not in content
    assert list(labels_valid()) == [shown]
    assert shown in labels_valid(END)
    assert not labels_valid(END + DAY).filter(pk=shown.pk).exists()


def test_a_renamed_movement_stands_there_by_its_name_of_today(label: Label) -> None:
    Movement.objects.filter(pk=label.movement_id).update(name="Scouts Nieuw")
    assert names() == ["Scouts Nieuw"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["Chiro Aalst", "KSA Dender", "Scouts Ninove"]),
        ("ksa", ["KSA Dender"]),
        ("CHIRO", ["Chiro Aalst"]),
        ("nino", ["Chiro Aalst", "Scouts Ninove"]),
        ("Ninovè", ["Chiro Aalst", "Scouts Ninove"]),
        ("vlaanderen scouts", ["KSA Dender", "Scouts Ninove"]),
        ("9400", ["Chiro Aalst"]),
        ("chiro ninove", ["Chiro Aalst"]),
        ("chiro denderleeuw", []),
        ("%", []),
        ("_", []),
    ],
)
def test_the_register_is_searched_by_name_federation_and_place(
    public: Any, search: str, found: list[str]
) -> None:
    words = Translated(nl="groep")
    chiro = Federation.objects.filter(name__startswith="Chiro").first()
    chiro = chiro or Federation.objects.create(
        name="Chirojeugd", group_word=words, main_leader_word=words
    )
    place = {"municipality": "Ninove", "postcode": "9400"}
    award(make_movement("Chiro Aalst", federation=chiro, **place), START)
    award(make_movement("KSA Dender", municipality="Denderleeuw", postcode="9470"), START)
    award(make_movement("Scouts Ninove", municipality="", postcode=""), START)
    assert names(search) == found
    content = page(public, f"/register/?q={search.replace('%', '%25')}")
    assert [name for name in names() if name in content] == found
    assert ("No movement found" in content) == (not found)


def test_what_was_searched_stays_in_the_field(public: Any, label: Label) -> None:
    assert 'value="zonne&amp;bloem"' in page(public, "/register/?q=zonne%26bloem")


def test_a_search_that_is_too_long_says_so(public: Any, label: Label) -> None:
    content = page(public, "/register/?q=" + "x" * 81)
    assert "at most 80 characters" in content
    assert "Demo Scouts Zonnebloem" in content


def test_an_empty_register_says_what_it_is_for(public: Any) -> None:
    make_edition()
    assert "No label is valid yet" in page(public, "/register/")


def many(count: int) -> None:
    """Movements with a valid label, made in bulk past the services."""
    model = award(make_movement("Groep 00000"), START)
    plan, decision = model.decision.plan, model.decision
    numbers = range(1, count)
    movements = Movement.objects.bulk_create(
        Movement(federation=model.movement.federation, name=f"Groep {n:05}") for n in numbers
    )
    plans = ActionPlan.objects.bulk_create(
        ActionPlan(
            movement=movement,
            edition=plan.edition,
            template=plan.template,
            state=plan.state,
            submitted_at=plan.submitted_at,
        )
        for movement in movements
    )
    decisions = Decision.objects.bulk_create(
        Decision(
            plan=plan,
            outcome="award",
            reasons="…",
            proposed_by=decision.proposed_by,
            confirmed_by=decision.confirmed_by,
            decided_on=START,
        )
        for plan in plans
    )
    Label.objects.bulk_create(
        Label(
            movement=made.plan.movement,
            decision=made,
            number=f"2022-{n + 1:04}",
            decided_on=START,
            renewal_months=6,
            grace_months=3,
            starts_on=START,
            ends_on=END,
            effective_end=END,
            frozen=model.frozen,
        )
        for n, made in zip(numbers, decisions, strict=True)
    )


@pytest.mark.no_cover
@pytest.mark.parametrize("count", [1, 3, 24, 2400])
def test_the_register_asks_the_same_of_any_number(
    public: Any, count: int, django_assert_num_queries: Any, no_writes: Any
) -> None:
    many(count)
    learn()
    page(public, "/register/")
    with django_assert_num_queries(3), no_writes():
        content = page(public, "/register/?page=1")
    assert content.count(">Groep 0") == min(count, 30)


def test_verification_asks_the_same_every_time(
    public: Any, label: Label, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        page(public, verify(label))
    pause_label(label=label, by=person("By"), reason="…")
    with django_assert_num_queries(3):
        page(public, verify(label))


def test_pages_of_the_register(public: Any) -> None:
    many(65)
    first, second = page(public, "/register/?q=groep"), page(public, "/register/?q=groep&page=2")
    assert "Page 1 of 3" in first
    assert 'href="?q=groep&amp;page=2"' in first
    assert "Groep 00030" in second
    assert "Groep 00030" not in first
    assert "Groep 00064" in page(public, "/register/?page=3")
    for odd in ("0", "99", "x", ""):
        assert "of 3" in page(public, f"/register/?page={odd}")


# The label of a movement -----------------------------------------------------------------------


def test_the_current_label_is_the_one_that_runs_else_the_next(
    label: Label, time_machine: Any
) -> None:
    time_machine.move_to("2025-09-10T12:00:00Z")
    movement, by = label.movement, person("By")
    second = award(movement, date(2025, 9, 1))
    third = award(movement, date(2025, 9, 2))
    assert current_label(movement, START - DAY) == label
    assert current_label(movement, START) == label
    assert current_label(movement, END) == label
    assert current_label(movement, END + DAY) == second
    withdraw_label(label=label, by=by, reason="…")
    assert current_label(movement) == second
    withdraw_label(label=second, by=by, reason="…")
    assert current_label(movement) == third


def test_a_label_in_grace_gives_way_to_the_next_once_that_runs(label: Label) -> None:
    movement = label.movement
    assert current_label(movement, END + DAY) == label
    second = award(movement, END + timedelta(days=30))
    assert current_label(movement, END + timedelta(days=29)) == label
    assert current_label(movement, END + timedelta(days=30)) == second


def test_no_current_label_before_an_award_or_after_it_is_over(label: Label) -> None:
    assert current_label(make_movement("Elders")) is None
    assert current_label(label.movement, date(2026, 2, 13)) == label
    assert current_label(label.movement, date(2026, 2, 14)) is None
    pause_label(label=label, by=person("By"), reason="…")
    assert current_label(label.movement, today()) == label


def test_the_card_of_a_label(label: Label) -> None:
    card = label_card(label)
    assert (card.label, card.state, card.is_valid) == (label, "valid", True)
    assert card.ring == ["verified"] * 10
    assert card.certificate == f"/my/{label.movement_id}/label/{label.pk}/certificate.pdf"
    assert card.verify == f"/label/{label.code}/"
    assert not card.in_renewal_window
    assert label_card(label, END).in_renewal_window
    assert label_card(label, END + DAY).ring == ["empty"] * 10
