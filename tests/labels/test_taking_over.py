"""Labels of an earlier edition, and what goes along into the next one."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override

from core.errors import Refused
from core.table_files import TableError
from labels.certificates import certificate_html, make_paper
from labels.certificates.kept import MAKERS
from labels.enums import LabelState, PlanState
from labels.lifecycle import label_state, ring_states
from labels.models import ActionPlan, Label, LabelNumber
from labels.services.editions import carry_over_plans, plans_to_carry_over
from labels.services.taking_over import (
    confirm_taking_over,
    discard_taking_over,
    preview_taking_over,
    start_taking_over,
    take_over_label,
)
from movements.models import FormerName, Movement
from programmes.models import Edition
from tests.factories.labels import Group, coordinator
from tests.labels.awarding import award, make_edition, make_movement, person

pytestmark = pytest.mark.django_db
DAYS = {"decided_on": date(2019, 3, 1), "starts_on": date(2019, 3, 1)}
LIST = """groep;groepsnummer;nummer;beslist op;geldig vanaf;geldig tot;punt 1
Scouts Oost;;2019-004;1/3/2019;;28/2/2022;Iedereen mee
Scouts Oost;;2016-002;1/3/2016;;28/2/2019;
Dubbel;;9;1/3/2016;;28/2/2019;
Dubbel;B2;9;1/3/2016;;28/2/2019;
Oude Naam;;2019-004;1/3/2019;;28/2/2022;
Onbekend;;5;1/3/2019;;28/2/2022;
Scouts Oost;;6;ooit;;28/2/2022;
"""


@pytest.fixture(autouse=True)
def _clock(time_machine: Any) -> None:
    time_machine.move_to("2022-12-01T12:00:00Z")


@pytest.fixture
def by() -> Any:
    make_edition()
    return coordinator()


def take(by: Any, **other: Any) -> Label:
    fields = {"number": "2019-004", "ends_on": date(2025, 2, 28), **DAYS, **other}
    movement = fields.pop("movement", None) or make_movement()
    return take_over_label(movement=movement, by=by, **fields)


def test_it_counts_as_any_other_label(by: Any) -> None:
    label = take(by, number=" 2019 - 004 ", titles=["Iedereen mee", "", "Klare taal"])
    assert (label.number, label.decision, label.taken_over_by) == ("2019-004", None, by)
    assert [point["number"] for point in label.frozen["points"]] == [1, 3]
    assert label_state(label) == LabelState.VALID
    assert ring_states(label) == ["verified"] * 10
    assert label.certificates.get().code == label.code
    assert (label.renewal_months, label.grace_months) == (6, 3)
    assert Label.objects.valid_on().get() == label


def test_its_papers_need_no_titles(by: Any) -> None:
    label = take(by)
    kinds = [make_paper(kind, label, "nl").read()[:4] for kind in MAKERS]
    assert kinds == [b"%PDF", b"%PDF", b"\x89PNG", b"\x89PNG"]
    html = certificate_html(label, "nl")
    assert 'alt="Tien van de tien punten"' in html
    assert "<ol" not in html


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": "somebody"},
        {"number": ""},
        {"number": "2019-00000000004"},
        {"decided_on": date(2022, 12, 2), "starts_on": date(2022, 12, 2)},
        {"starts_on": date(2019, 2, 28)},
        {"ends_on": date(2019, 2, 27)},
        {"ends_on": date.max},
        {"ends_on": date(2029, 3, 1)},
        {"decided_on": date.min, "starts_on": date.min, "ends_on": date(1, 5, 1)},
    ],
)
def test_what_cannot_be_is_refused(by: Any, wrong: dict[str, Any]) -> None:
    if "by" in wrong:
        by, wrong = person("Karel Consulent", "consultant"), {}
    with pytest.raises(Refused):
        take(by, **wrong)
    assert not Label.objects.exists()


def test_without_an_edition_there_is_no_policy() -> None:
    with pytest.raises(Refused):
        take(coordinator())


def test_numbers_never_meet_and_labels_never_overlap(by: Any) -> None:
    here = take(by, number="2022-002", starts_on=date(2019, 3, 1), ends_on=date(2022, 2, 28))
    with pytest.raises(Refused, match="2022-002"):
        take(by, movement=here.movement, number="A", ends_on=date(2023, 1, 1))
    with pytest.raises(Refused):
        take(by, movement=make_movement("Ander"), number="2022-002")
    given = [award(make_movement(f"M{n}"), date(2022, 11, 14)).number for n in range(2)]
    assert given == ["2022-001", "2022-003"]  # the one that was taken over is stepped over
    assert LabelNumber.objects.get(year=2022).last == 3
    follows = award(here.movement, date(2022, 11, 20))
    assert (follows.previous, follows.starts_on) == (here, date(2022, 11, 20))


# A list ------------------------------------------------------------------------------------------


@pytest.fixture
def groups() -> list[Movement]:
    east = make_movement("Scouts Oost")
    twins = [make_movement("Dubbel", code=code) for code in ("B1", "B2")]
    renamed = make_movement("Nieuwe Naam")
    FormerName.objects.create(movement=renamed, name="Oude Naam", until=date(2020, 1, 1))
    return [east, *twins, renamed]


def test_a_list_tells_row_by_row_and_does_what_it_told(by: Any, groups: list[Movement]) -> None:
    job = start_taking_over(data=LIST.encode(), filename="labels.csv", by=by)
    with override("en"):
        told = preview_taking_over(job=job, by=by)
        assert not Label.objects.exists()
        assert not LabelNumber.objects.exists()
        done = confirm_taking_over(job=job, by=by)
    assert [one.wrong for one in told] == [one.wrong for one in done]
    assert [bool(one.wrong) for one in done] == [False, False, True, False, True, True, True]
    assert "number of the group" in done[2].wrong
    assert "this number already" in done[4].wrong
    assert "do not know this group" in done[5].wrong
    assert "date" in done[6].wrong
    older, newer = groups[0].labels.order_by("starts_on")
    assert newer.previous == older
    assert newer.frozen["points"] == [
        {"number": 1, "title": {"nl": "Iedereen mee"}, "commitment": ""}
    ]
    job.refresh_from_db()
    assert job.result == {"taken": 3, "left": 4}
    with pytest.raises(Refused):
        confirm_taking_over(job=job, by=by)


def test_a_list_without_its_columns_is_not_kept(by: Any) -> None:
    with pytest.raises(TableError) as caught:
        start_taking_over(data=b"groep;nummer\nA;1\n", filename="labels.csv", by=by)
    assert caught.value.column == "beslist op"
    assert "decided_on" not in caught.value.message


def test_a_list_that_no_page_could_preview_is_refused(by: Any) -> None:
    row = "A;1;2018-02-01;2020-02-01\n"
    data = f"groep;nummer;beslist op;tot\n{row * 2_001}".encode()
    with pytest.raises(TableError, match=r"2[.\s]?000"):
        start_taking_over(data=data, filename="labels.csv", by=by)


def test_the_pages(by: Any, groups: list[Movement]) -> None:
    client = Client()
    client.force_login(by)
    file = SimpleUploadedFile("labels.csv", LIST.encode())
    shown = client.post("/admin/labels/label/import/", {"file": file}, follow=True)
    address = shown.redirect_chain[-1][0]
    assert client.post(address, {"action": "later"}).status_code == 302
    done = client.post(address, {"action": "confirm"}, follow=True)
    assert "3 labels" in done.content.decode()
    late = client.post(address, {"action": "confirm"}, follow=True)
    assert late.redirect_chain[-1][0] == "/admin/labels/label/import/"
    job = start_taking_over(data=LIST.encode(), filename="labels.csv", by=by)
    client.post(f"/admin/labels/label/import/{job.pk}/", {"action": "discard"})
    with pytest.raises(Refused):
        discard_taking_over(job=job)
    one = {"movement": groups[1].pk, "number": "7", "titles": "Een\nTwee"}
    dates = dict.fromkeys(("decided_on", "starts_on"), "2019-03-01")
    ends = {"ends_on": "2022-02-28"}
    page = "/admin/labels/label/take-over/"
    too_many = {**one, "titles": "x\n" * 11}
    assert client.post(page, {**too_many, **dates, **ends}).status_code == 200
    assert client.post(page, {**one, **dates, "ends_on": "2018-02-28"}).status_code == 200
    kept = client.post(page, {**one, **dates, **ends}, follow=True).content.decode()
    assert "Twee" in kept
    assert str(by) in kept


# The next edition --------------------------------------------------------------------------------


@pytest.fixture
def next_edition() -> Edition:
    make_edition(starts_on=date(2021, 3, 1), ends_on=date(2022, 11, 30))
    Group("Open")
    Group("Klaar", state=PlanState.AWARDED)
    return make_edition(starts_on=date(2022, 12, 1), ends_on=date(2026, 2, 28))


def test_plans_without_a_decision_move_along(next_edition: Edition) -> None:
    by = coordinator()
    [plan] = plans_to_carry_over(next_edition)
    assert plan.movement.name == "Open"
    decided = ActionPlan.objects.exclude(pk=plan.pk).get()
    both = [plan.pk, decided.pk]
    with pytest.raises(Refused):
        carry_over_plans(edition=next_edition, plans=both, by=person("Karel", "consultant"))
    with pytest.raises(Refused):
        carry_over_plans(edition=plan.edition, plans=both, by=by)
    assert carry_over_plans(edition=next_edition, plans=both, by=by) == 1
    assert carry_over_plans(edition=next_edition, plans=both, by=by) == 0
    template = plan.template
    plan.refresh_from_db()
    assert (plan.edition, plan.template) == (next_edition, template)
    decided.refresh_from_db()
    assert decided.edition != next_edition
