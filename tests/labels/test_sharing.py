"""What groups let each other read beside an empty point, and how they take it back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.calendar import now, today
from core.errors import Refused
from core.logs import ActivityLog
from labels.models import Example, PlanTemplate, TemplateMaterial
from labels.selectors.sharing import is_shown, shared_by_others, shared_files
from labels.services import plans
from labels.services.sharing import share_example, share_point
from movements.models import Mandate
from tests.factories.labels import Group, picture_file
from tests.labels.awarding import leader_of, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(settings: Any) -> Any:
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def point_of(group: Group, number: int = 1) -> Any:
    return group.plan.points.select_related("plan").get(number=number)


def add_files(group: Group) -> list[Example]:
    given = {"point": point_of(group), "by": group.leader}
    paper = SimpleUploadedFile("brief.pdf", b"%PDF-1.7\n%%EOF", "application/pdf")
    return [
        plans.add_picture(**given, caption="Affiche", file=picture_file()),
        plans.add_document(**given, caption="Brief", file=paper),
        plans.add_link(**given, caption="Pagina", url="https://voorbeeld.be/"),
    ]


def sharing(name: str = "Chiro De Vlieger", text: str = "Wij staan op de markt.") -> Group:
    """A group that wrote, shares its first point with the examples, and handed in its plan."""
    group = Group(name)
    group.write(1, commitment=text)
    share_point(point=point_of(group), by=group.leader, is_shared=True)
    for example in add_files(group):
        share_example(example=example, by=group.leader, is_shared=True)
    group.take("submit")
    return group


def opens(user: Any, address: str) -> bool:
    """Whether a file is there for somebody; it is read to the end."""
    answer = signed_in(user).get(address)
    assert answer.status_code in {200, 404}
    return answer.status_code == 200 and bool(answer.getvalue())


def point_page(group: Group, number: int = 1, **data: Any) -> str:
    url = reverse("labels:point", args=[group.movement.pk, number])
    client = signed_in(group.leader)
    answer = client.post(url, data, follow=True) if data else client.get(url)
    return " ".join(answer.content.decode().split())


def test_beside_an_empty_point_stands_what_others_share_with_their_name() -> None:
    other, group = sharing(), Group()
    picture, document, _link = other.plan.points.get(number=1).examples.all()
    shown = point_page(group)
    for words in ("How other groups do it", "Chiro De Vlieger", "Wij staan op de markt."):
        assert words in shown
    assert "https://voorbeeld.be/" in shown
    for example in (picture, document):
        address = reverse("labels:shared_example", args=[example.pk])
        assert address in shown
        assert opens(group.leader, address)
    assert "Chiro De Vlieger" not in point_page(group, 2)
    group.write(1)
    assert "Chiro De Vlieger" not in point_page(group)  # who wrote needs no example


def test_only_what_is_shared_of_a_plan_that_was_handed_in_by_a_group_that_is_there() -> None:
    group = Group()
    own = point_of(group)
    draft = Group("Groep klad")
    draft.write(1)
    share_point(point=point_of(draft), by=draft.leader, is_shared=True)
    closed = sharing("Groep weg")
    closed.movement.stopped_on = today() - timedelta(days=1)
    closed.movement.save()
    silent = Group("Groep stil")
    silent.write(1)
    silent.take("submit")
    assert shared_by_others(own) == []
    only_link = Group("Groep link")
    only_link.write(1)
    link = add_files(only_link)[2]
    share_example(example=link, by=only_link.leader, is_shared=True)
    only_link.take("submit")
    [shown] = shared_by_others(own)
    assert (shown.movement, shown.text, shown.examples) == (only_link.movement, "", [link])


def test_three_groups_are_enough_the_newest_first_and_each_once(
    django_assert_num_queries: Any,
) -> None:
    group, names = Group(), [f"Groep {number}" for number in range(4)]
    for name in names:
        sharing(name)
    point = point_of(group)
    with django_assert_num_queries(2):
        shown = shared_by_others(point)
    assert [s.movement.name for s in shown] == names[:0:-1]
    other = point_of(sharing("Groep 5"))
    assert [s.movement.name for s in shared_by_others(other)] == names[:0:-1]  # not its own


def files_of(group: Group) -> set[int]:
    return set(shared_files(group.leader).values_list("pk", flat=True))


def test_shared_files_are_for_who_leads_another_group_now() -> None:
    other, group = sharing(), Group()
    picture = Example.objects.get(kind="picture")
    assert len(files_of(group)) == 2
    assert files_of(other) == set()  # its own it finds at its own address
    address = reverse("labels:shared_example", args=[picture.pk])
    future = leader_of(Group("Later").movement, "Fien Later", starts_on=today() + timedelta(days=9))
    for user in (other.leader, future, group.consultant, person("Ann", "alderman")):
        assert not opens(user, address)
    Mandate.objects.filter(user=group.leader).update(ended_at=now())
    assert not opens(group.leader, address)


def test_what_is_taken_back_is_gone_with_the_next_request() -> None:
    other, group = sharing(), Group()
    picture = Example.objects.get(kind="picture")
    share_example(example=picture, by=other.leader, is_shared=False)
    share_example(example=picture, by=other.leader, is_shared=False)  # twice is once
    assert picture.pk not in files_of(group)
    assert ActivityLog.objects.filter(verb="unshared").count() == 1
    assert "Wij staan op de markt." in point_page(group)
    share_point(point=point_of(other), by=other.leader, is_shared=False)
    assert "Wij staan op de markt." not in point_page(group)


def test_sharing_is_for_its_leaders_and_the_youth_service_takes_back() -> None:
    other, group = sharing(), Group()
    point, picture = point_of(other), Example.objects.get(kind="picture")
    for act in (
        lambda: share_point(point=point, by=group.leader, is_shared=False),
        lambda: share_point(point=point, by=group.consultant, is_shared=True),
        lambda: share_example(example=picture, by=group.leader, is_shared=False),
    ):
        with pytest.raises(Refused):
            act()
    share_example(example=picture, by=group.consultant, is_shared=False)
    share_point(point=point, by=group.consultant, is_shared=False)
    point.refresh_from_db()
    assert not point.is_shared


def test_taking_back_reaches_the_plan_before(time_machine: Any) -> None:
    """Its page is not shown any more, so the tap on the new one counts for both."""
    group = sharing()
    for step in ("discuss", "award", "confirm"):
        group.take(step)
    time_machine.move_to(f"{group.decision.label.renewal_from} 12:00+01:00")
    Mandate.objects.update(confirmed_on=today())
    renewed = plans.open_plan(movement=group.movement, by=group.leader)
    point = renewed.points.get(number=1)
    assert (point.is_shared, is_shown(point)) == (False, True)
    assert not is_shown(renewed.points.get(number=2))
    share_point(point=point, by=group.leader, is_shared=False)
    assert not is_shown(point)
    assert not Example.objects.filter(is_shared=True).exists()


def test_the_buttons_share_and_take_back_also_once_the_plan_is_handed_in() -> None:
    group = Group()
    example = add_files(group)[0]
    assert "Yes, share our text" in point_page(group)
    sent = {"version": 1, "commitment": "Getypt.", "progress": ""}
    shown = point_page(group, do="share", **sent)  # what was typed is saved with it
    assert "Take it back" in shown
    assert point_of(group).commitment == "Getypt."
    assert "Shared: take back" in point_page(group, do=f"share-{example.pk}", **sent)
    group.take("submit")
    assert "Share with other groups" in point_page(group, do=f"unshare-{example.pk}")
    assert "Yes, share our text" in point_page(group, do="unshare")
    point = point_of(group)
    assert (point.is_shared, point.commitment) == (False, "Getypt.")


def test_materials_stand_with_the_point_and_open_for_leaders() -> None:
    draft = PlanTemplate.objects.create(version=9, name={"nl": "Ontwerp"})
    unfinished = draft.points.create(number=1, title={"nl": "Punt"})
    group = Group()
    pdf = SimpleUploadedFile("affiche.pdf", b"%PDF-1.7\n%%EOF")
    hidden = TemplateMaterial.objects.create(point=unfinished, title={"nl": "Klad"}, file=pdf)
    address = reverse("labels:material", args=[hidden.pk])
    assert not opens(group.leader, address)
    assert opens(group.coordinator, address)
    PlanTemplate.objects.filter(pk=draft.pk).update(published_on=today())
    assert opens(group.leader, address)
    hidden.file.storage.delete(hidden.file.name)
    assert not opens(group.leader, address)


def test_the_assessment_page_takes_back_what_others_should_not_read() -> None:
    group = sharing()
    url = reverse("admin:labels_actionplan_assess", args=[group.plan.pk])
    client = signed_in(group.consultant)
    picture = Example.objects.get(kind="picture")
    shown = client.get(url).content.decode()
    for press in (f"unshare-{picture.pk}", "unshare-point-1"):
        assert f'value="{press}"' in shown
        assert client.post(url, {"do": press}).status_code == 302
        assert f'value="{press}"' not in client.get(url).content.decode()
    assert Example.objects.filter(is_shared=True).count() == 2
    assert not point_of(group).is_shared
