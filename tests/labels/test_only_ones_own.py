"""What people find is their own, or what others let them read; always with a second group."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from core.calendar import now, today
from labels.enums import BatchState, PlanAction, PlanState
from labels.models import (
    ActionPoint,
    CertificateBatch,
    Condition,
    Example,
    Label,
    LightCheck,
    TemplateMaterial,
)
from labels.selectors.certificates import issue_for, labels_over, labels_to_print
from labels.selectors.plans import plans_overview, plans_to_assess
from labels.selectors.sharing import is_shown, shared_by_others, shared_files
from labels.services.assessment import take_second_look
from labels.services.awards import withdraw_label
from labels.services.batches import start_batch
from labels.services.sharing import share_point
from labels.services.taking_over import start_taking_over
from movements.models import CoachAssignment
from tests.factories.labels import Group, consultant, coordinator, default_template
from tests.labels.awarding import award, leader_of, make_movement, person

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def two() -> tuple[Label, Label]:
    """Two labels that run, of groups whose names are not in the order of their numbers."""
    days = [today() - timedelta(days=400), today() - timedelta(days=30)]
    one, other = (
        award(make_movement(n), d) for n, d in zip(("Zwaluw", "Aster"), days, strict=True)
    )
    return one, other


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


# Papers ------------------------------------------------------------------------------------------


def test_papers_are_of_labels_that_one_may_see(two: tuple[Label, Label]) -> None:
    one, other = two
    leader = leader_of(one.movement)
    assert list(labels_to_print(consultant())) == [other, one]
    assert list(labels_to_print(leader)) == [one]
    assert not labels_to_print(person("Niko Niemand")).exists()
    by_day = [
        list(labels_to_print(consultant(), *days))
        for days in (
            (one.decided_on, one.decided_on),
            (one.decided_on + DAY, None),
            (None, other.decided_on - DAY),
            (other.decided_on + DAY, None),
        )
    ]
    assert by_day == [[one], [other], [one], []]


def test_a_label_on_its_last_day_is_printed_and_the_day_after_it_is_over(
    two: tuple[Label, Label], time_machine: Any
) -> None:
    one, other = two
    chosen = [one.pk]
    time_machine.move_to(f"{one.effective_end}T12:00:00Z")
    assert (one in labels_to_print(consultant()), labels_over(consultant(), chosen)) == (True, [])
    time_machine.move_to(f"{one.effective_end + DAY}T12:00:00Z")
    assert (one in labels_to_print(consultant()), labels_over(consultant(), chosen)) == (
        False,
        [one],
    )
    withdraw_label(label=other, by=coordinator(), reason="Gestopt", on=other.starts_on)
    assert labels_over(consultant(), chosen) == [one]
    assert labels_over(consultant(), [one.pk, other.pk]) == [other, one]
    assert labels_over(leader_of(other.movement), [one.pk, other.pk]) == [other]


def test_a_certificate_stands_at_the_address_of_its_group_only(two: tuple[Label, Label]) -> None:
    one, other = two
    leader = leader_of(one.movement)
    found = issue_for(leader, one.movement_id, one.pk)
    assert found == (one, one.certificates.get())
    assert issue_for(leader, one.movement_id, one.pk, number=1) == found
    assert issue_for(leader, one.movement_id, one.pk, number=2) is None
    assert issue_for(leader, other.movement_id, other.pk) is None
    for user in (leader, consultant()):
        assert issue_for(user, other.movement_id, one.pk) is None
        assert issue_for(user, one.movement_id, other.pk) is None


def test_reasons_and_papers_of_another_group_are_not_found(two: tuple[Label, Label]) -> None:
    one, other = two
    client = signed_in(leader_of(one.movement))
    for movement, label, status in (
        (one.movement, one, 200),
        (one.movement, other, 404),
        (other.movement, other, 404),
        (other.movement, one, 404),
    ):
        at = f"/my/{movement.pk}/label/{label.pk}"
        assert client.get(f"{at}/reasons/").status_code == status, at
        if status == 404:
            assert client.post(f"{at}/reasons/", {"numbers": "0"}).status_code == 404
            for paper in ("certificate.pdf", "poster.pdf", "picture-square.png"):
                assert client.get(f"{at}/{paper}").status_code == 404
        if label == other or movement == other.movement:
            letter = f"/my/{movement.pk}/decision/{label.decision_id}/letter.pdf"
            assert client.get(letter).status_code == 404


def test_each_batch_has_its_own_file(
    two: tuple[Label, Label], settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    by = consultant()
    for label, content in zip(two, (b"een", b"twee"), strict=True):
        batch = start_batch(labels=[label], language="", format="zip", with_posters=False, by=by)
        batch.file.save(f"{batch.pk}.zip", ContentFile(content))
    CertificateBatch.objects.update(state=BatchState.READY)
    client = signed_in(by)
    first, second = CertificateBatch.objects.order_by("pk")
    for batch, content in ((first, b"een"), (second, b"twee")):
        answer: Any = client.get(f"/admin/labels/certificatebatch/{batch.pk}/file/")
        assert b"".join(answer.streaming_content) == content


# What groups share -------------------------------------------------------------------------------


def point_of(group: Group, number: int = 1) -> ActionPoint:
    return group.plan.points.select_related("plan").get(number=number)


def shares(name: str, text: str, number: int = 1) -> Group:
    group = Group(name)
    group.write(number, commitment=text)
    share_point(point=point_of(group, number), by=group.leader, is_shared=True)
    group.take("submit")
    return group


def test_a_point_is_shown_when_this_group_shares_it_and_no_other_does() -> None:
    other, group = shares("Andere", "Wij wel."), Group("Eigen")
    assert is_shown(point_of(other))
    earlier = ActionPoint.objects.filter(plan=group.plan, number=2).first()
    point = point_of(group)
    point.previous = earlier  # so that a plan before it is looked at
    assert not is_shown(point)
    assert not is_shown(point_of(group, 3))


def test_files_that_nobody_shared_or_that_rest_in_a_draft_are_not_found() -> None:
    group = Group("Eigen")
    handed_in, draft, gone = shares("Ingediend", "Ja."), Group("Klad"), shares("Gestopt", "Ja.")
    made = {}
    for owner in (handed_in, draft, gone):
        for shared in (True, False):
            made[owner.movement.name, shared] = Example.objects.create(
                point=point_of(owner), kind="picture", file="examples/x.jpg", is_shared=shared
            )
    gone.movement.stopped_on = today() - DAY
    gone.movement.save()
    assert list(shared_files(group.leader)) == [made["Ingediend", True]]
    [shown] = shared_by_others(point_of(group))
    assert (shown.text, shown.examples) == ("Ja.", [made["Ingediend", True]])


def test_an_example_without_a_shared_text_is_of_its_own_point() -> None:
    """Text that is not shared stays away, also when a file of another point is shared."""
    other, group = Group("Andere"), Group("Eigen")
    other.write(1, commitment="Niet voor jullie.")
    values = {"kind": "link", "url": "https://voorbeeld.be"}
    Example.objects.create(point=point_of(other, 2), is_shared=True, **values)
    Example.objects.create(point=point_of(other, 1), is_shared=False, **values)
    other.take("submit")
    assert shared_by_others(point_of(group)) == []
    [shown] = shared_by_others(point_of(group, 2))
    assert (shown.text, len(shown.examples)) == ("", 1)


def test_a_material_that_is_a_link_has_no_file() -> None:
    group = Group()
    point = default_template().points.get(number=1)
    link = TemplateMaterial(point=point, title={"nl": "X"}, url="https://voorbeeld.be")
    draft = point.template
    draft.pk, draft.version, draft.published_on = None, 77, None
    draft.save()
    link.point = draft.points.create(number=1, title={"nl": "Punt"})
    link.save()
    assert signed_in(group.coordinator).get(f"/my/materials/{link.pk}/").status_code == 404


# The youth service -------------------------------------------------------------------------------


def test_a_plan_stands_with_the_coach_of_today_the_last_one_to_begin() -> None:
    group, other = Group("Eigen", state=PlanState.SUBMITTED), Group("Andere")
    for name, begins, ends in (
        ("Eerste Coach", -90, 3),
        ("Nieuwe Coach", -10, None),
        ("Vorige Coach", -5, -1),
        ("Latere Coach", 5, 9),
    ):
        CoachAssignment.objects.create(
            movement=group.movement,
            user=consultant(name),
            starts_on=today() + timedelta(days=begins),
            ends_on=None if ends is None else today() + timedelta(days=ends),
        )
    found = {plan.pk: (plan.coach, plan.waiting_since) for plan in plans_overview()}  # type: ignore[attr-defined]
    assert found[group.plan.pk] == ("Nieuwe Coach", group.plan.steps.latest("id").at)
    assert found[other.plan.pk] == (None, None)
    assert list(plans_to_assess()) == [group.plan]


def test_a_renewal_begins_after_the_label_and_the_decision_says_so(time_machine: Any) -> None:
    group = Group(state=PlanState.AWARDED)
    first = group.movement.labels.get()
    assert group.decision.effective_on == first.starts_on == today()
    time_machine.move_to(f"{first.renewal_from}T12:00:00Z")
    again = Group("Tweede", state=PlanState.IN_DISCUSSION)
    again.plan.movement = group.movement
    again.plan.save()
    decision = again.propose(PlanAction.AWARD)
    label = again.take("confirm")
    decision.refresh_from_db()
    assert decision.decided_on == today() == date.fromisoformat(str(first.renewal_from))
    assert decision.effective_on == label.starts_on == first.ends_on + DAY


def test_each_decision_has_its_own_letter_at_the_address_of_its_group(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    group, other = Group("Eigen", state=PlanState.NOT_YET), Group("Andere", state=PlanState.AWARDED)
    colleague = consultant("Katja Collega")
    take_second_look(plan=group.plan, by=colleague)
    group.propose(PlanAction.AWARD, by=colleague)
    group.take("confirm")
    told: list[int] = []
    monkeypatch.setattr(
        "labels.views.letter.letter_pdf", lambda d, _language: told.append(d.pk) or b"%PDF"
    )
    decisions = list(group.plan.decisions.order_by("pk"))
    for user in (group.leader, group.coordinator):
        client = signed_in(user)
        for decision in decisions:
            address = f"/my/{group.movement.pk}/decision/{decision.pk}/letter.pdf"
            assert client.get(address).status_code == 200
        wrong = f"/my/{other.movement.pk}/decision/{decisions[0].pk}/letter.pdf"
        assert client.get(wrong).status_code == 404
    assert told == [decision.pk for decision in decisions] * 2


def test_an_answer_and_a_condition_stand_with_their_own_label(two: tuple[Label, Label]) -> None:
    one, other = two
    by, day = consultant(), today()
    for label in two:
        LightCheck.objects.create(
            label=label, due_on=day, reason="yearly", answered_at=now(), answered_by=by
        )
        Condition.objects.create(decision=label.decision, text=label.number, due_on=day)
    client, seen = signed_in(by), one.checks.get()
    address = reverse("admin:labels_label_look", args=[other.pk, seen.pk])
    assert client.post(address).status_code == 404
    address = reverse("admin:labels_label_look", args=[one.pk, seen.pk])
    assert client.post(address).status_code == 302
    assert set(LightCheck.objects.filter(looked_by=by)) == {seen}
    for label, wrong in ((one, other), (other, one)):
        assert label.decision is not None
        assert wrong.decision is not None
        agreed = label.decision.due_conditions.get()
        where = "admin:labels_actionplan_condition"
        shown = client.get(reverse(where, args=[label.decision.plan_id, agreed.pk]))
        assert label.number in shown.content.decode()
        missing = client.get(reverse(where, args=[wrong.decision.plan_id, agreed.pk]))
        assert missing.status_code == 404


def test_who_leads_later_reads_the_reasons_and_who_does_not_decide_is_told() -> None:
    group = Group(state=PlanState.AWARDED)
    label = group.movement.labels.get()
    address = f"/my/{group.movement.pk}/label/{label.pk}/reasons/"
    later = leader_of(group.movement, "Later Leider", starts_on=today() + DAY)
    assert signed_in(later).get(address).status_code == 200
    assert signed_in(later).post(address, {"numbers": "0"}).status_code == 404
    member = leader_of(group.movement, "Gewoon Leider", confirmed_on=today())
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    answer = client.post(address, {"numbers": "0"})
    assert "The main leader or the adult supervisor of this group" in answer.content.decode()
    assert not label.published.exists()


@pytest.mark.parametrize(
    ("issue", "status"), [("1", 200), ("0001", 200), ("00001", 404), ("", 200)]
)
def test_an_issue_has_four_digits_at_most(issue: str, status: int) -> None:
    label = award()
    client = signed_in(leader_of(label.movement))
    at = f"/my/{label.movement_id}/label/{label.pk}/certificate.pdf?issue={issue}"
    assert client.get(at).status_code == status


def test_a_list_that_was_uploaded_is_for_who_uploaded_it_and_counts_what_is_wrong() -> None:
    Group("Scouts Oost")
    one, other = coordinator(), coordinator("Karin Coordinator")
    text = "groep;nummer;beslist op;geldig vanaf;geldig tot\n"
    text += "Scouts Oost;OUD 1;2019-03-01;2019-03-01;2022-02-28\n"
    text += "Niemand;OUD 2;2019-03-01;2019-03-01;2022-02-28\n"
    text += "Scouts Oost;OUD 1;2022-03-01;2022-03-01;2025-02-28\n"
    job = start_taking_over(data=text.encode(), filename="labels.csv", by=one)
    address = reverse("admin:labels_label_import_preview", args=[job.pk])
    shown = signed_in(one).get(address).context
    assert (shown["fine"], shown["wrong"]) == (1, 2)
    theirs = signed_in(other)
    assert theirs.get(address).status_code == 404
    assert theirs.post(address, {"action": "confirm"}).status_code == 404
    assert Label.objects.count() == 0
