"""The list of plans in the admin, and the page on which a plan is assessed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from accounts.models import User
from core.calendar import add_months, today
from labels.enums import PlanState
from labels.forms.conditions import ConditionForm
from labels.models import Decision, Example, Label
from labels.services import assessment, plans
from tests.factories.labels import Group, coach, consultant, coordinator, picture_file
from tests.labels.awarding import person
from tests.support.proof import prove

pytestmark = pytest.mark.django_db

LATER = str(today() + timedelta(days=90))
CONDITIONAL = {"propose-outcome": "award_with_conditions", "propose-reasons": "Bijna."}


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def text(response) -> str:
    return " ".join(response.content.decode().split())


def address(group: Group) -> str:
    return reverse("admin:labels_actionplan_assess", args=[group.plan.pk])


def look(group: Group, user: User | None = None):
    return signed_in(user or group.consultant).get(address(group))


def send(group: Group, do: str, user: User | None = None, client: Client | None = None, **data):
    """Send the page as the browser would: everything that stands in it, with what was changed."""
    client = client or signed_in(user or group.consultant)
    page = client.get(address(group)).context
    sent = {}
    for form in [row.form for row in page["points"] if row.form] + [s for s, _why in page["steps"]]:
        for name in form.fields:
            value = form[name].value()
            sent[form.add_prefix(name)] = getattr(value, "pk", "" if value is None else value)
    return client.post(address(group), {**sent, "do": do, **data})


# The list ----------------------------------------------------------------------------------------


def listed(user: User, **query) -> list[str]:
    url = reverse("admin:labels_actionplan_changelist")
    changelist = signed_in(user).get(url, query).context["cl"]
    return [plan.movement.name for plan in changelist.result_list]


def test_the_list_shows_what_waits_unless_asked_for_more():
    groups = {state: Group(f"Groep {state}", state=state) for state in PlanState}
    user = groups[PlanState.DRAFT].consultant
    waiting = [PlanState.SUBMITTED, PlanState.IN_DISCUSSION, PlanState.PROPOSED]
    assert set(listed(user)) == {groups[state].movement.name for state in waiting}
    assert len(listed(user, state="all")) == len(PlanState)
    assert listed(user, state="not_yet") == [groups[PlanState.NOT_YET].movement.name]
    # who looks for a name finds it whatever the state, unless a state is asked too
    assert listed(user, q="more_asked") == ["Groep more_asked"]
    assert listed(user, state="waiting", q="more_asked") == []


def test_the_list_shows_ring_coach_and_age(time_machine):
    time_machine.move_to("2026-03-02 09:00+01:00")
    group = Group(state=PlanState.SUBMITTED)
    coach(group.movement, consultant("Clara Coach"))
    Group("Groep zonder iets")
    # days are counted as on a calendar, whatever the hour
    time_machine.move_to("2026-03-05 08:00+01:00")
    url = reverse("admin:labels_actionplan_changelist")
    shown = text(signed_in(group.consultant).get(url, {"state": "all"}))
    assert 'class="ring"' in shown
    assert "Clara Coach" in shown
    assert "3 days" in shown
    assert address(group) in shown


def test_the_list_costs_the_same_with_one_and_with_three_plans(
    django_assert_num_queries, no_writes
):
    url = reverse("admin:labels_actionplan_changelist")
    client = None
    for count in (1, 3):
        for number in range(count):
            group = Group(f"Groep {count} {number}", state=PlanState.SUBMITTED)
            coach(group.movement, group.consultant)
        client = client or signed_in(group.consultant)
        client.get(url)
        with django_assert_num_queries(8), no_writes():
            assert client.get(url).status_code == 200


def test_a_day_that_was_promised_or_asked_and_went_by_is_marked(time_machine):
    time_machine.move_to("2026-03-02 09:00+01:00")
    groups = [Group(state=PlanState.SUBMITTED), Group("Groep twee", state=PlanState.MORE_ASKED)]
    for day, marks in [("2026-03-03", 0), ("2026-06-01", 1)]:
        time_machine.move_to(f"{day} 09:00+02:00")
        for group in groups:
            assert text(look(group, group.consultant)).count("the day is over") == marks


def test_a_plan_opens_on_its_assessment_page():
    group = Group()
    client = signed_in(group.consultant)
    url = reverse("admin:labels_actionplan_change", args=[group.plan.pk])
    assert client.get(url).url == address(group)
    assert client.get("/admin/labels/actionplan/x/change/").status_code == 404
    assert client.get("/admin/labels/actionplan/add/").status_code in (403, 404)


def test_only_the_youth_service_gets_in():
    group = Group(state=PlanState.SUBMITTED)
    for user in (group.leader, person("Ann Schepen", "alderman")):
        assert look(group, user).status_code == 404
    officer = person("Petra Privacy", "privacy_officer")
    assert look(group, officer).status_code == 404
    assert Client().get(address(group)).status_code == 302
    assert signed_in(group.consultant).get("/admin/labels/actionplan/0/assess/").status_code == 404


# What can be done --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        (PlanState.DRAFT, []),
        (PlanState.SUBMITTED, ["discuss"]),
        (PlanState.IN_DISCUSSION, ["propose", "ask_more"]),
        (PlanState.MORE_ASKED, ["go_on"]),
        (PlanState.PROPOSED, ["confirm", "return"]),
        (PlanState.AWARDED, []),
        (PlanState.AWARDED_WITH_CONDITIONS, []),
        (PlanState.NOT_YET, ["second_look"]),
    ],
)
def test_the_page_offers_the_steps_of_the_state(state, steps, no_writes):
    group = Group(state=state)
    client = signed_in(group.coordinator)
    with no_writes():
        page = client.get(address(group)).context
    assert [step.action for step, _why in page["steps"]] == steps
    assert bool([row for row in page["points"] if row.form]) == (state == "in_discussion")


def test_from_handed_in_to_label_on_the_page():
    group = Group(state=PlanState.SUBMITTED)
    day = str(today() + timedelta(days=9))
    assert send(group, "discuss").status_code == 302
    send(group, "ask_more", **{"ask_more-message": "Wat op kamp?", "ask_more-answer_by": day})
    assert group.plan.steps.last().message == "Wat op kamp?"
    assert send(group, "go_on").status_code == 302
    words = {"propose-outcome": "award", "propose-reasons": "Jullie plan klopt."}
    assert send(group, "propose", **words).status_code == 302
    done = send(group, "confirm", group.coordinator)
    assert done.status_code == 302
    label = Label.objects.get()
    assert label.movement == group.movement
    assert label.number in text(look(group))


def test_not_yet_asks_no_date_and_gives_a_second_look():
    group = Group(state=PlanState.IN_DISCUSSION)
    words = {"propose-reasons": "Nog te vroeg.", "propose-guidance": "Praat met de ouders."}
    send(group, "propose", **{"propose-outcome": "decline", **words})
    page = look(group, group.coordinator)
    assert "Label valid from" not in text(page)
    send(group, "confirm", group.coordinator)
    assert "takes the second look" in text(look(group))
    assert send(group, "second_look", group.coordinator).status_code == 302


def test_sending_back_needs_a_reason():
    group = Group(state=PlanState.PROPOSED)
    answer = send(group, "return", group.coordinator)
    assert answer.status_code == 200
    assert "message" in answer.context["steps"][1][0].errors
    assert answer.context["steps"][0][0].is_bound is False
    send(group, "return", group.coordinator, **{"return-message": "Punt 6 ontbreekt."})
    assert Decision.objects.get().returned_at is not None
    assert "Sent back on" in text(look(group))


@pytest.mark.parametrize(("minutes", "asked"), [(14, False), (16, True)])
def test_confirming_asks_again_who_it_is(minutes: int, asked: bool):
    group = Group(state=PlanState.PROPOSED)
    client = signed_in(group.coordinator)
    prove(client, group.coordinator, minutes_ago=minutes)
    answer = send(group, "confirm", client=client)
    if asked:
        assert answer.url.startswith(reverse("second_factor_again") + "?next=")
    group.plan.refresh_from_db()
    assert (group.plan.state == PlanState.PROPOSED) is asked
    assert send(group, "keep", client=client).status_code == 302, "only this step asks"


def test_who_proposed_reads_why_somebody_else_confirms():
    group = Group(state=PlanState.IN_DISCUSSION)
    proposer = coordinator("Piet Proposer")
    group.propose("award", by=proposer)
    page = look(group, proposer)
    assert "You proposed this decision yourself." in text(page)
    assert "Proposed by Piet Proposer" in text(page)
    answer = send(group, "confirm", proposer)
    assert answer.status_code == 200
    assert "You proposed this decision yourself." in text(answer)
    assert not Label.objects.exists()
    assert "Only a coordinator can do this." in text(look(group, group.consultant))


def test_the_coach_reads_why_somebody_else_decides():
    group = Group(state=PlanState.PROPOSED)
    coach(group.movement, group.coordinator)
    assert "You coach this group" in text(look(group, group.coordinator))


# Grades and what was typed -----------------------------------------------------------------------


def test_any_button_keeps_the_grades():
    group = Group(state=PlanState.IN_DISCUSSION)
    grades = {"point1-grade": "well_underway", "point6-reason": "Denk aan de slaapzakken."}
    assert send(group, "grades", **grades).status_code == 302
    points = group.plan.points
    assert points.get(number=1).grade == "well_underway"
    assert points.get(number=6).reason == "Denk aan de slaapzakken."
    assert not points.exclude(number__in=[1, 6]).exclude(version=1).exists()
    more = {"point2-grade": "to_do", "propose-outcome": "award", "propose-reasons": "Goed."}
    assert send(group, "propose", **more).status_code == 302
    assert points.get(number=2).grade == "to_do"


def test_errors_stand_at_their_field_and_what_was_typed_elsewhere_stays():
    group = Group(state=PlanState.IN_DISCUSSION)
    typed = {
        "propose-outcome": "award_with_conditions",
        "propose-reasons": "Bijna.",
        "ask_more-message": "Half getypt",
        "point1-grade": "to_do",
    }
    answer = send(group, "propose", **typed)
    assert answer.status_code == 200
    propose, ask = (step for step, _why in answer.context["steps"])
    assert set(propose.errors) == {"condition_1"}
    assert propose["reasons"].value() == "Bijna."
    assert (ask.is_bound, ask["message"].value()) == (False, "Half getypt")
    assert group.plan.points.get(number=1).grade == "to_do"
    assert "Not everything was saved." in text(answer)


@pytest.mark.parametrize(
    ("do", "data", "field"),
    [
        ("ask_more", {"ask_more-message": "Wat?", "ask_more-answer_by": "2020-01-01"}, "answer_by"),
        ("ask_more", {"ask_more-message": "Wat?", "ask_more-answer_by": "morgen"}, "answer_by"),
        ("ask_more", {"ask_more-message": " "}, "message"),
        ("propose", {"propose-reasons": "Goed."}, "outcome"),
        ("propose", {"propose-outcome": "award", "propose-reasons": "x" * 2001}, "reasons"),
        (
            "propose",
            {
                "propose-outcome": "award",
                "propose-reasons": "Goed.",
                "propose-condition_1": "In mei.",
                "propose-due_1": LATER,
            },
            "condition_1",
        ),
        (
            "propose",
            {"propose-outcome": "decline", "propose-reasons": "Nog te vroeg."},
            "guidance",
        ),
        (
            "propose",
            {**CONDITIONAL, "propose-outcome": "award", "propose-guidance": "Praat."},
            "guidance",
        ),
        ("propose", {**CONDITIONAL, "propose-condition_2": "In mei."}, "due_2"),
        ("propose", {**CONDITIONAL, "propose-due_3": LATER}, "condition_3"),
        (
            "propose",
            {**CONDITIONAL, "propose-condition_1": "In mei.", "propose-due_1": "2020-01-01"},
            "due_1",
        ),
        (
            "propose",
            {**CONDITIONAL, "propose-condition_1": "In mei.", "propose-due_1": "morgen"},
            "due_1",
        ),
        (
            "propose",
            {**CONDITIONAL, "propose-condition_1": "x" * 2001, "propose-due_1": LATER},
            "condition_1",
        ),
    ],
)
def test_what_is_wrong_is_said_at_the_field(do, data, field):
    group = Group(state=PlanState.IN_DISCUSSION)
    answer = send(group, do, **data)
    (form,) = (step for step, _why in answer.context["steps"] if step.action == do)
    assert set(form.errors) == {field}
    group.plan.refresh_from_db()
    assert group.plan.state == PlanState.IN_DISCUSSION


def test_a_label_cannot_be_confirmed_for_a_day_that_passed():
    group = Group(state=PlanState.PROPOSED)
    answer = send(group, "confirm", group.coordinator, **{"confirm-effective_on": "2020-01-01"})
    assert "A label cannot start before the decision." in text(answer)


def test_a_slip_in_the_year_is_no_first_day_of_a_label():
    group = Group(state=PlanState.PROPOSED)
    for slip in ("9999-12-31", str(add_months(today(), 13))):
        answer = send(group, "confirm", group.coordinator, **{"confirm-effective_on": slip})
        (form,) = (step for step, _why in answer.context["steps"] if step.action == "confirm")
        assert set(form.errors) == {"effective_on"}


def test_a_slip_in_the_year_keeps_nobody_waiting():
    group, slip = Group(state=PlanState.IN_DISCUSSION), str(add_months(today(), 37))
    asked = {"ask_more-message": "Waarom?", "ask_more-answer_by": slip}
    agreed = {"propose-outcome": "award_with_conditions", "propose-reasons": "Goed."}
    agreed |= {"propose-condition_1": "Een vorming.", "propose-due_1": slip}
    for do, sent, field in [("ask_more", asked, "answer_by"), ("propose", agreed, "due_1")]:
        answer = send(group, do, **sent)
        (form,) = (step for step, _why in answer.context["steps"] if step.action == do)
        assert set(form.errors) == {field}
        # the limit is said as people write a day
        assert date_format(add_months(today(), 36)) in text(answer)
    decided = Group("Demo Chiro Ster", state=PlanState.AWARDED_WITH_CONDITIONS)
    condition = decided.decision.due_conditions.get()
    form = ConditionForm(
        {"what": "move", "due_on": slip}, condition=condition, by=decided.consultant
    )
    assert set(form.errors) == {"due_on"}


@pytest.mark.parametrize("forged", ["remove-x", "remove-²", "remove-" + "9" * 5000])
def test_a_forged_number_removes_nothing(forged):
    group = Group()
    example = plans.add_link(
        point=group.plan.points.get(number=1), by=group.leader, caption="A", url="https://a.be"
    )
    group.take("submit")
    assert send(group, forged).status_code == 302
    assert Example.objects.filter(pk=example.pk).exists()


def test_a_colleague_who_graded_meanwhile_is_not_overwritten():
    group = Group(state=PlanState.IN_DISCUSSION)
    client = signed_in(group.consultant)
    page = client.get(address(group)).context
    row = page["points"][2]
    read = {row.form.add_prefix(n): row.form[n].value() or "" for n in row.form.fields}
    assessment.grade_point(
        point=row.point, by=group.coordinator, grade="on_the_way", reason="Van Cora."
    )
    answer = client.post(address(group), {**read, "point3-reason": "Van Karel.", "do": "grades"})
    assert answer.status_code == 200
    shown = answer.context["points"][2]
    assert (shown.conflict.reason, shown.form["reason"].value()) == ("Van Cora.", "Van Karel.")
    assert group.plan.points.get(number=3).reason == "Van Cora."
    again = {shown.form.add_prefix(n): shown.form[n].value() or "" for n in shown.form.fields}
    assert client.post(address(group), {**again, "do": "grades"}).status_code == 302
    assert group.plan.points.get(number=3).reason == "Van Karel."


def test_a_step_that_is_sent_twice_is_taken_once_and_nothing_is_wrong():
    group = Group(state=PlanState.SUBMITTED)
    client, sent = signed_in(group.consultant), {"do": "discuss", "csrfmiddlewaretoken": "a"}
    answers = [client.post(address(group), sent) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert group.plan.steps.filter(action="discuss").count() == 1
    another = client.post(address(group), {**sent, "csrfmiddlewaretoken": "b"})
    assert another.status_code == 200


def test_a_grade_that_was_only_read_is_not_written_back():
    group = Group(state=PlanState.IN_DISCUSSION)
    client = signed_in(group.consultant)
    row = client.get(address(group)).context["points"][2]
    read = {row.form.add_prefix(n): row.form[n].value() or "" for n in row.form.fields}
    assessment.grade_point(
        point=row.point, by=group.coordinator, grade="on_the_way", reason="Van Cora."
    )
    assert client.post(address(group), {**read, "do": "grades"}).status_code == 302
    assert group.plan.points.get(number=3).grade == "on_the_way"


def test_a_step_that_a_colleague_took_meanwhile_keeps_what_was_typed():
    group = Group(state=PlanState.IN_DISCUSSION)
    typed = {
        "do": "propose",
        "propose-outcome": "award",
        "propose-reasons": "Van Karel.",
        "point1-version": 1,
        "point1-before": "x",
        "point1-reason": "Mooi.",
        "point1-grade": "",
    }
    group.propose("decline", by=consultant("Katja Collega"))
    answer = signed_in(group.consultant).post(address(group), typed)
    assert answer.status_code == 200
    assert "no grade can be given" in text(answer)
    assert "Mooi." in text(answer)
    typed = {name: value for name, value in typed.items() if not name.startswith("point")}
    answer = signed_in(group.consultant).post(address(group), typed)
    assert "is not possible" in text(answer)
    assert "Van Karel." in text(answer)
    assert Decision.objects.count() == 1


def test_confirming_a_proposal_that_was_replaced_is_refused():
    group = Group(state=PlanState.PROPOSED)
    read = group.decision
    assessment.send_back(decision=read, by=group.coordinator, message="Kijk nog eens.")
    group.propose("decline")
    client = signed_in(group.coordinator)
    for pk in (read.pk, ""):
        answer = client.post(
            address(group),
            {"do": "confirm", "confirm-proposal": pk, "confirm-effective_on": str(today())},
        )
        assert answer.status_code == 200
    assert "There is no proposal to decide on." in text(answer)
    assert not Label.objects.exists()


def test_confirming_a_not_yet_that_was_sent_back_says_so_and_asks_for_no_day():
    group = Group(state=PlanState.IN_DISCUSSION)
    group.propose("decline")
    read = group.plan.decisions.open().get()
    for then in ("nothing", "award"):
        if then == "nothing":
            assessment.send_back(decision=read, by=group.coordinator, message="Kijk nog eens.")
        else:
            group.propose(then)
        sent = {"do": "confirm", "confirm-proposal": read.pk}
        answer = signed_in(group.coordinator).post(address(group), sent)
        assert "This proposal is no longer open." in text(answer)


def test_a_broken_grade_form_is_no_server_error():
    group = Group(state=PlanState.IN_DISCUSSION)
    answer = signed_in(group.consultant).post(
        address(group), {"do": "grades", "point1-version": "x", "point1-grade": "splendid"}
    )
    assert answer.status_code == 200
    assert "grade" in answer.context["points"][0].form.errors


def test_a_picture_with_recognisable_children_can_be_taken_away():
    group = Group()
    point = group.plan.points.get(number=1)
    example = plans.add_picture(point=point, by=group.leader, caption="Kamp", file=picture_file())
    group.take("submit")
    assert send(group, f"remove-{example.pk}").status_code == 302
    assert not Example.objects.exists()


def test_the_page_costs_the_same_with_one_and_with_three_examples(django_assert_num_queries):
    for examples in (1, 3):
        group = Group(f"Groep {examples}")
        for number in range(examples):
            plans.add_link(
                point=group.plan.points.get(number=1),
                by=group.leader,
                caption=f"Pagina {number}",
                url="https://voorbeeld.be",
            )
        group.take("submit")
        group.take("discuss")
        client = signed_in(group.consultant)
        client.get(address(group))
        with django_assert_num_queries(13):
            client.get(address(group))
