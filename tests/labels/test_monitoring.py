"""Following a running label: when it is asked, what is answered, who hears of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from core.errors import Refused, Stale
from labels.enums import CheckAnswer, CheckReason
from labels.models import Condition, Label, LightCheck
from labels.monitoring import DueCheck, due_checks, open_check
from labels.selectors.monitoring import (
    answers_to_look_at,
    check_asked,
    checks_without_answer,
    last_check,
    missed_conditions,
    running_labels,
    story_of_label,
)
from labels.selectors.wording import Basis, basis_of
from labels.services.awards import pause_label
from labels.services.monitoring import answer_check, look_at_check, record_visit
from labels.services.taking_over import take_over_label
from labels.services.words import forget_words
from labels.turnover import changes_of_teams
from movements.models import CoachAssignment, Movement
from programmes.enums import LabelMode
from tests.factories.labels import consultant, coordinator
from tests.labels.awarding import award, leader_of, make_edition, make_movement, person

pytestmark = pytest.mark.django_db
START, NOW = date(2022, 11, 14), date(2023, 11, 20)
YEAR_ONE = DueCheck(date(2023, 11, 14), CheckReason.YEARLY)
YEAR_TWO = DueCheck(date(2024, 11, 14), CheckReason.YEARLY)
STOPPED = {3: (CheckAnswer.STOPPED, "Niemand doet dit nog.")}


@pytest.fixture(autouse=True)
def _clock(time_machine: Any) -> None:
    time_machine.move_to(f"{NOW}T12:00:00Z")


@pytest.fixture
def label() -> Label:
    return award(make_movement(), START)


@pytest.fixture
def edition(db: None) -> Any:
    return make_edition(ends_on=date(2026, 2, 28))


@pytest.fixture
def leader(label: Label) -> Any:
    return leader_of(label.movement, confirmed_on=date(2023, 9, 2))


def new_team(on: date) -> DueCheck:
    return DueCheck(on + timedelta(days=60), CheckReason.ROTATION)


def answered(label: Label, due: DueCheck, on: date) -> Label:
    moment = {"answered_at": f"{on}T12:00:00Z", "answered_by": person("Noor")}
    LightCheck.objects.create(label=label, due_on=due.due_on, reason=due.reason, **moment)
    return Label.objects.get(pk=label.pk)


# When --------------------------------------------------------------------------------------------


def test_each_year_but_not_in_the_renewal_window(label: Label) -> None:
    assert due_checks(label) == [YEAR_ONE, YEAR_TWO]  # from May 2025 on it can be renewed
    days = [date(2023, 11, 13), NOW, date(2024, 11, 14), date(2025, 5, 13), date(2025, 5, 14)]
    assert [open_check(label, (), day) for day in days] == [
        None,
        YEAR_ONE,
        YEAR_TWO,
        YEAR_TWO,
        None,
    ]


def test_a_new_team_is_asked_after_sixty_days_unless_the_year_comes_soon(label: Label) -> None:
    early, near = date(2023, 2, 1), date(2023, 8, 1)
    assert due_checks(label, [early]) == [new_team(early), YEAR_ONE, YEAR_TWO]
    assert due_checks(label, [near]) == [YEAR_ONE, YEAR_TWO]  # 1 August: the year is over in time
    # two changes within sixty days are one new team; before the label, and in its window, none
    twice = [date(2023, 1, 5), early]
    assert due_checks(label, twice) == due_checks(label, [early])
    others = [START, date(2025, 4, 1)]
    assert due_checks(label, others) == [YEAR_ONE, YEAR_TWO]


def test_who_answered_since_is_not_asked_again(label: Label) -> None:
    change = date(2024, 2, 1)
    label = answered(label, YEAR_ONE, date(2024, 2, 3))  # late, and by the new team
    assert due_checks(label, [change]) == [YEAR_ONE, YEAR_TWO]
    assert open_check(label, [change], date(2024, 5, 1)) is None
    label = answered(label, new_team(date(2024, 6, 1)), date(2024, 10, 1))
    assert YEAR_TWO not in due_checks(label, [date(2024, 6, 1)])


def test_a_label_that_does_not_count_is_not_asked(label: Label) -> None:
    pause_label(label=label, by=coordinator(), reason="Kamp", on=date(2023, 11, 15))
    assert check_asked(Label.objects.get(pk=label.pk)) is None


def test_changes_of_teams_come_from_above(label: Label) -> None:
    leader_of(label.movement, "Oud", starts_on=date(2022, 9, 1), ends_on=date(2023, 1, 31))
    leader_of(label.movement, "Nieuw", starts_on=date(2023, 2, 1), confirmed_on=date(2023, 9, 2))
    assert changes_of_teams([label.movement_id]) == {label.movement_id: [date(2023, 2, 1)]}
    [running] = running_labels([label.movement_id])
    assert running.checks == [new_team(date(2023, 2, 1)), YEAR_ONE, YEAR_TWO]


# Answering ---------------------------------------------------------------------------------------


def test_what_changed_is_kept_and_twice_is_once(label: Label, leader: Any) -> None:
    said = {"label": label, "by": leader, "check": YEAR_ONE, "points": STOPPED, "note": " Wel. "}
    row = answer_check(**said)
    assert answer_check(**said) == row
    assert [(p.number, p.answer, p.text) for p in row.points.all()] == [
        (3, "stopped", "Niemand doet dit nog.")
    ]
    assert (row.note, last_check(label), check_asked(label)) == ("Wel.", row, None)
    with pytest.raises(Stale):
        answer_check(**{**said, "points": {}})


def test_only_what_is_asked_of_who_leads(label: Label, leader: Any) -> None:
    said: dict[str, Any] = {"label": label, "by": leader, "check": YEAR_ONE, "points": {}}
    for other, error in (
        ({"by": coordinator()}, Refused),
        ({"check": YEAR_TWO}, Stale),
        ({"points": {11: (CheckAnswer.CHANGED, "Nieuw")}}, Refused),
        ({"points": {1: (CheckAnswer.CHANGED, " ")}}, Refused),
    ):
        with pytest.raises(error):
            answer_check(**{**said, **other})
    assert not LightCheck.objects.exists()


def test_an_answer_waits_until_somebody_read_it(label: Label, leader: Any) -> None:
    boss, coach, other = coordinator(), consultant(), consultant("An Ander")
    CoachAssignment.objects.create(movement=label.movement, user=coach, starts_on=START)
    check = answer_check(label=label, by=leader, check=YEAR_ONE, points=STOPPED)
    waiting = [list(answers_to_look_at(user)) for user in (boss, coach, other)]
    assert waiting == [[check], [check], []]
    with pytest.raises(Refused):
        look_at_check(check=check, by=leader)
    seen = look_at_check(check=check, by=coach)
    assert look_at_check(check=check, by=boss).looked_by == seen.looked_by == coach
    assert not answers_to_look_at(boss).exists()


def test_who_does_not_answer_and_what_was_missed_are_told(label: Label, time_machine: Any) -> None:
    boss = coordinator()
    Condition.objects.create(decision=label.decision, text="Een folder", due_on=NOW)
    assert not missed_conditions(boss).exists()
    assert checks_without_answer(boss) == []
    time_machine.move_to("2024-01-14T12:00:00Z")
    assert missed_conditions(boss).count() == 1
    assert [each.label for each in checks_without_answer(boss)] == [label]
    assert checks_without_answer(consultant()) == []
    [running] = running_labels()
    assert [row.text for row in running.conditions] == ["Een folder"]
    visits = [(YEAR_ONE.due_on - timedelta(days=1), [label]), (YEAR_ONE.due_on, [])]
    for on, left in visits:  # who came by since it was asked knows
        record_visit(label=label, by=boss, on=on, note="Veel volk.")
        assert [each.label for each in checks_without_answer(boss)] == left


# Visits and the story ----------------------------------------------------------------------------


def test_a_visit_stands_in_the_story(label: Label, leader: Any) -> None:
    coach = consultant()
    visit = record_visit(label=label, by=coach, on=date(2023, 5, 1), note="Veel volk.")
    assert record_visit(label=label, by=coach, on=date(2023, 5, 1), note="Veel volk.") == visit
    pause_label(label=label, by=coordinator(), reason="Kamp", on=date(2023, 6, 1))
    check = LightCheck.objects.get(pk=answered(label, YEAR_ONE, NOW).checks.get().pk)
    assert [each.kind for each in story_of_label(label)] == ["visit", "event", "check"]
    for other in ({"by": leader}, {"note": " "}, {"on": START - timedelta(days=1)}, {"on": NEXT}):
        with pytest.raises(Refused):
            record_visit(**{"label": label, "by": coach, "on": NOW, "note": "Ja", **other})
    forget_words(row=visit, by=coach)
    visit.refresh_from_db()
    assert (visit.note, check.note) == ("", "")


NEXT = NOW + timedelta(days=1)


# Pages -------------------------------------------------------------------------------------------


def page(user: Any, movement: Movement, where: str = "label/check/", **posted: str) -> Any:
    client = Client()
    client.force_login(user)
    address = f"/my/{movement.pk}/{where}"
    with override("en"):
        headers: dict[str, Any] = {"headers": {"accept-language": "en"}}
        user.language = "en"
        user.save()
        if not posted:
            return client.get(address, **headers)
        return client.post(address, posted, follow=True, **headers)


ASKED = {"due_on": "2023-11-14", "reason": "yearly"}


def test_one_tap_says_that_all_of_it_is_true(label: Label, leader: Any) -> None:
    shown = page(leader, label.movement).content.decode()
    assert "Doen: 3" in shown
    assert "All of it is still true" in shown
    done = page(leader, label.movement, **ASKED)
    assert "We ask nothing now" in done.content.decode()
    assert label.checks.get().points.count() == 0
    again = page(leader, label.movement, **ASKED)  # the button once more
    assert "Thank you!" in again.content.decode()
    other = page(leader, label.movement, due_on="2022-11-14", reason="yearly")
    assert "answered already" in other.content.decode()
    late = page(leader, label.movement, **ASKED, note="Wij deden iets anders.").content.decode()
    assert "Somebody of your team answered meanwhile." in late
    assert "Wij deden iets anders." in late  # what a colleague typed at the same time stays
    assert label.checks.count() == 1


def test_what_was_typed_stays_when_something_is_missing(label: Label, leader: Any) -> None:
    half = {"answer_3": "stopped", "text_4": "Dit doen we anders.", "note": "Zo."}
    wrong = page(leader, label.movement, **ASKED, **half).content.decode()
    assert "Say in a few words what changed." in wrong
    assert "Choose: changed or stopped." in wrong
    assert "Dit doen we anders." in wrong
    full = {**half, "text_3": "Niemand.", "answer_4": "changed"}
    page(leader, label.movement, **ASKED, **full)
    assert label.checks.get().points.count() == 2
    late = page(leader, label.movement, due_on="2022-11-14", reason="yearly")
    assert late.status_code == 200


def of_before(*titles: str) -> tuple[Label, Any]:
    """A label that was taken over, with who leads its group now."""
    days = {"decided_on": START, "starts_on": START, "ends_on": date(2025, 11, 13)}
    label = take_over_label(
        movement=make_movement(f"Groep {len(titles)}"),
        number=f"OUD-{len(titles)}",
        by=coordinator(),
        titles=titles,
        **days,
    )
    return label, leader_of(label.movement, confirmed_on=date(2023, 9, 2))


def test_a_label_of_before_without_promises_asks_one_short_question(edition: Any) -> None:
    label, leader = of_before()
    shown = page(leader, label.movement).content.decode()
    assert "Do you still work on it?" in shown
    assert "Yes, we still work on it" in shown
    assert "All of it" not in shown
    assert "Changed or stopped?" not in shown
    empty = page(leader, label.movement, **ASKED, do="changed").content.decode()
    assert "Say in a few words what changed." in empty
    assert not label.checks.exists()
    told = page(leader, label.movement, **ASKED, do="changed", note="Wij stopten met alles.")
    assert "Wij stopten met alles." in told.content.decode()
    assert "All of it is still true." not in told.content.decode()
    assert [check.note for check in answers_to_look_at(coordinator())] == ["Wij stopten met alles."]


def test_one_tap_is_enough_for_a_label_of_before(edition: Any, time_machine: Any) -> None:
    label, leader = of_before()
    asked = page(leader, label.movement, "").content.decode()
    assert "Do you still do what you got the label for?" in asked
    assert "Your plan starts here" not in asked
    begin = page(leader, label.movement, "plan/").content.decode()
    assert "You can renew it from 14 May 2025." in begin
    assert "Start our plan" not in begin
    done = page(leader, label.movement, **ASKED).content.decode()
    assert "Nothing changed." in done
    assert label.checks.get().note == ""
    assert "your group still works on it" in done
    time_machine.move_to("2025-06-01T12:00:00Z")
    leader.mandates.update(confirmed_on=date(2024, 9, 2))
    renew = page(leader, label.movement, "").content.decode()
    assert "A few words for each point are enough." in renew


def test_a_label_of_before_with_titles_asks_about_those(edition: Any) -> None:
    label, leader = of_before("Klare taal", "Uniform")
    shown = page(leader, label.movement).content.decode()
    assert "Klare taal" in shown
    assert "Your group got its label for this." in shown
    assert "What you got the label for" in shown
    assert "Nothing was written here." not in shown
    label.frozen["points"] = []
    assert [basis_of(label), basis_of(award(day=START))] == [Basis.UNKNOWN, Basis.PROMISED]


def test_where_what_was_done_counts_that_is_asked_about(label: Label, leader: Any) -> None:
    label.frozen["mode"] = LabelMode.ACHIEVEMENT
    label.frozen["points"][0]["progress"] = "Affiches opgehangen."
    label.save(update_fields=["frozen"])
    assert basis_of(label) == Basis.AWARDED
    shown = page(leader, label.movement).content.decode()
    assert "Affiches opgehangen." in shown
    assert "Doen: 1<" not in shown
    assert "Doen: 2" in shown


def test_an_older_page_is_told_that_it_is_not_asked_any_more(label: Label, leader: Any) -> None:
    stale = page(leader, label.movement, due_on="2022-11-14", reason="yearly")
    assert "not asked any more" in stale.content.decode()
    assert not label.checks.exists()


def test_without_a_label_there_is_no_page(db: None) -> None:
    movement = make_movement()
    user = leader_of(movement, confirmed_on=date(2023, 9, 2))
    assert page(user, movement).status_code == 404


def test_the_youth_service_records_a_visit_and_reads_an_answer(label: Label, leader: Any) -> None:
    staff = consultant()
    check = answer_check(label=label, by=leader, check=YEAR_ONE, points=STOPPED)
    client = Client()
    client.force_login(staff)
    address = f"/admin/labels/label/{label.pk}/"
    assert "Niemand doet dit nog." in client.get(f"{address}change/").content.decode()
    visit = {"on": "2023-11-19", "note": "Een volle ruimte."}
    assert client.get(f"{address}visit/").context["form"]["on"].value() == NOW
    assert client.post(f"{address}visit/", {**visit, "note": ""}).status_code == 200
    told = client.post(f"{address}visit/", visit, follow=True).content.decode()
    assert "Een volle ruimte." in told
    client.post(f"{address}checks/{check.pk}/look/")
    check.refresh_from_db()
    assert check.looked_by == staff
