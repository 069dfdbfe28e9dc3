"""The ten points that ship, and the versions a city makes of them."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from core.errors import Refused
from core.translated import Translated
from labels.models import PlanTemplate, TemplatePoint
from labels.services import templates
from tests.factories.labels import Group, consultant, coordinator, default_template

pytestmark = pytest.mark.django_db

TITLES = [
    "Bekend in de buurt",
    "Een warm onthaal",
    "Contact met ouders, ook thuis",
    "Klare taal",
    "Betaalbaar voor iedereen",
    "Uniform en kampgerief",
    "Eerst komen proberen, dan inschrijven",
    "Iedereen kan mee, ook op kamp",
    "Een diverse leidingsploeg die bijleert",
    "Wij geven het door",
]


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def text(response) -> str:
    return " ".join(response.content.decode().split())


# What ships --------------------------------------------------------------------------------------


def test_the_ten_points_ship_published_in_three_languages():
    template = default_template()
    assert (template.version, template.published_on is not None) == (1, True)
    points = list(template.points.all())
    assert [point.title["nl"] for point in points] == TITLES
    for point in points:
        for value in (point.title, point.description, point.guidance):
            assert set(value) == {"nl", "fr", "en"}
            assert len(set(value.values())) == 3, value


def test_what_to_write_asks_the_group_itself_in_short_sentences():
    for point in default_template().points.all():
        assert re.search(r"\b(jullie|je)\b", point.guidance["nl"]), point
        assert "?" in point.guidance["nl"]
        sentences = re.split(r"(?<=[.?:])\s", point.guidance["nl"])
        assert max(len(sentence.split()) for sentence in sentences) <= 21, point
        assert " u " not in f" {point.guidance['nl']} "


# Versions ----------------------------------------------------------------------------------------


def draft(by: User) -> PlanTemplate:
    return templates.new_version(template=default_template(), by=by)


def test_a_new_version_begins_with_the_same_words_and_changes_no_plan():
    group = Group()
    made = draft(group.coordinator)
    assert (made.version, made.published_on) == (2, None)
    assert [p.title["nl"] for p in made.points.all()] == TITLES
    point = made.points.get(number=1)
    point.title = Translated(nl="Gekend in de wijk", fr="", en="")
    templates.write_points(template=made, points=[point], by=group.coordinator)
    templates.rename_template(template=made, name=Translated(nl="Nieuw"), by=group.coordinator)
    templates.publish_template(template=made, by=group.coordinator)
    assert group.plan.points.get(number=1).point.title["nl"] == "Bekend in de buurt"
    later = Group("Groep twee")
    assert later.plan.points.get(number=1).point.title["nl"] == "Gekend in de wijk"


def test_one_draft_at_a_time():
    by = coordinator()
    draft(by)
    with pytest.raises(Refused):
        draft(by)


def test_a_published_version_is_read_only():
    by = coordinator()
    template = default_template()
    with pytest.raises(Refused):
        templates.rename_template(template=template, name=Translated(nl="Anders"), by=by)
    with pytest.raises(Refused):
        templates.write_points(template=template, points=template.points.all(), by=by)
    with pytest.raises(Refused):
        templates.publish_template(template=template, by=by)


def test_a_version_has_ten_points():
    by = coordinator()
    made = draft(by)
    TemplatePoint.objects.filter(template=made, number=10).delete()
    with pytest.raises(Refused):
        templates.publish_template(template=made, by=by)


def test_versions_are_for_coordinators():
    with pytest.raises(Refused):
        draft(consultant())
    with pytest.raises(Refused):
        templates.publish_template(template=draft(coordinator()), by=consultant())


# In the admin ------------------------------------------------------------------------------------


def address(name: str, template: PlanTemplate) -> str:
    return reverse(f"admin:labels_plantemplate_{name}", args=[template.pk])


def form_data(client: Client, template: PlanTemplate, **changes) -> dict[str, str]:
    """What the browser would send of the change page."""
    with translation.override("en"):
        page = client.get(address("change", template)).context
    data = {}
    formset = page["inline_admin_formsets"][0].formset
    forms = [page["adminform"].form, formset.management_form, *formset.forms]
    for form in forms:
        for name in form.fields:
            value = form[name].value()
            if isinstance(value, dict):
                for number, code in enumerate(("nl", "fr", "en")):
                    data[f"{form.add_prefix(name)}_{code}"] = value[code]
                    data[f"{form.add_prefix(name)}_{number}"] = value[code]
            else:
                data[form.add_prefix(name)] = "" if value is None else value
    return {**data, **changes}


def test_a_coordinator_makes_writes_and_publishes_a_version(no_writes):
    by = coordinator()
    client, template = signed_in(by), default_template()
    with no_writes():
        shown = text(client.get(address("change", template)))
        asked = text(client.get(address("new_version", template)))
    assert "Make a new version" in shown
    assert "nobody sees it until you publish it" in asked
    assert 'name="name_nl"' not in shown
    answer = client.post(address("new_version", template))
    made = PlanTemplate.objects.get(version=2)
    assert answer.url == address("change", made)
    changes = {"name_nl": "Onze punten", "points-0-title_nl": "Gekend in de wijk"}
    saved = client.post(address("change", made), form_data(client, made, **changes))
    assert saved.status_code == 302
    made.refresh_from_db()
    assert made.name["nl"] == "Onze punten"
    assert made.points.get(number=1).title["nl"] == "Gekend in de wijk"
    assert made.points.get(number=2).title["nl"] == "Een warm onthaal"
    assert "can never be changed again" in text(client.get(address("publish", made)))
    client.post(address("publish", made))
    made.refresh_from_db()
    assert made.published_on is not None


def test_a_refusal_is_said_and_a_published_one_takes_no_changes():
    by = coordinator()
    client, template = signed_in(by), default_template()
    draft(by)
    answer = client.post(address("new_version", template), follow=True)
    assert "There is a draft already." in text(answer)
    client.post(address("change", template), {"name_nl": "Anders"})
    assert default_template_name() == "De tien punten"


def default_template_name() -> str:
    return PlanTemplate.objects.get(version=1).name["nl"]


def test_the_list_of_versions_costs_the_same_with_one_and_three(django_assert_num_queries):
    by = coordinator()
    client, url = signed_in(by), reverse("admin:labels_plantemplate_changelist")
    default_template()
    for versions in (1, 3):
        while PlanTemplate.objects.count() < versions:
            made = templates.new_version(template=PlanTemplate.objects.first(), by=by)
            templates.publish_template(template=made, by=by)
        with django_assert_num_queries(7):
            assert client.get(url).status_code == 200


def test_templates_are_for_coordinators_only():
    template, client = default_template(), signed_in(consultant())
    for name in ("change", "new_version", "publish"):
        for method in (client.get, client.post):
            assert method(address(name, template)).status_code in (403, 404)
    assert PlanTemplate.objects.count() == 1
    assert signed_in(coordinator()).get("/admin/labels/plantemplate/add/").status_code in (403, 404)
