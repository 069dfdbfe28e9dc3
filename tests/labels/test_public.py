"""What the public and other sites take from the register: pages, open data, the badge."""

import csv
import io
import json
import re
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client

from labels.models import Label
from labels.services.awards import (
    award_label,
    end_by_merger,
    give_back_label,
    pause_label,
    resume_label,
    withdraw_label,
)
from movements.models import Movement
from programmes.models import Edition
from tests.labels.awarding import award, decide, leader_of, make_movement, person
from tests.labels.test_register import many
from tests.support.statistics import learn

START = date(2022, 11, 14)
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script></title>",
    "</script><!--<script>",
    "=cmd|' /C calc'!A0",
    "\u202egnortS \u0007stuocS",
    "👩‍👩‍👧‍👦 Chiro 🏕️ " * 4,
    "شبيبة الحي",
    "W" * 120,
    "&quot;' onload=x \"><svg/onload=alert(1)>",
]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(time_machine: Any) -> None:
    time_machine.move_to("2024-06-15T12:00:00Z")


@pytest.fixture
def public() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def label() -> Label:
    return award(day=START)


def address(movement: Movement, end: str = "") -> str:
    return f"/register/{movement.pk}/{end}"


def get(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return str(response.content.decode())


def publish(label: Label, number: int, text: str) -> None:
    label.published.create(number=number, text=text, approved_by=person("Lotte Leider"))


def not_valid() -> dict[str, Label]:
    """A label in each of the ways in which one is not valid, of movements with names alike."""
    by = person("By")
    made = {kind: award(make_movement(f"Groep {kind}"), START) for kind in "abcd"}
    for kind, service in zip(
        "abcd", (pause_label, withdraw_label, give_back_label, end_by_merger), strict=True
    ):
        publish(made[kind], 0, "Wat zij goedkeurden")
        service(label=made[kind], by=by, reason="Ruzie")
    made["e"] = award(make_movement("Groep e"), date(2021, 5, 1))  # in grace
    made["h"] = award(make_movement("Groep h"), date(2020, 1, 1))  # expired
    return made


# The page of a movement --------------------------------------------------------------------------


def test_a_movement_with_a_valid_label_shows_what_it_was_awarded_for(
    public: Client, label: Label
) -> None:
    publish(label, 0, "Een plan dat werkt.\nEn blijft werken.")
    publish(label, 3, "Zij gaan bij elk gezin langs.")
    content = get(public, address(label.movement))
    for text in (
        "Demo Scouts Zonnebloem",
        "Scouts en Gidsen Vlaanderen, 9300 Demostad",
        "Valid until 13 November 2025",
        "14 November 2022 – 13 November 2025",
        "2022-001",
        "Een plan dat werkt.\nEn blijft werken.",
        "Known in the neighbourhood",
        "Zij gaan bij elk gezin langs.",
    ):
        assert text in content
    assert content.count("ring-verified") == 10
    for private in ("Doen:", "Lotte", "Karel", "Cora", "noindex"):
        assert private not in content


def test_however_a_label_is_not_valid_page_data_and_badge_are_the_same(public: Client) -> None:
    pages, badges, rows = set(), set(), []
    made = not_valid()
    data = {row["id"]: row for row in json.loads(get(public, "/register/labels.json"))["labels"]}
    for kind, label in made.items():
        movement = label.movement
        page, badge = get(public, address(movement)), get(public, address(movement, "badge.svg"))
        rows.append(data[movement.pk] | {"id": 0, "url": "", "name": ""})
        for found, text in ((pages, page), (badges, badge)):
            text = text.replace(f"Groep {kind}", "Groep").replace(f"/{movement.pk}/", "/0/")
            found.add(re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text))
    assert len(pages) == len(badges) == 1
    assert all(row == rows[0] for row in rows)
    said = pages.pop() + badges.pop()
    assert "Not valid" in said
    assert "noindex" in said
    for secret in ("Ruzie", "Wat zij", "2022", "2025", "Known in", "paused", "grace", "expired"):
        assert secret not in said


def test_only_who_ever_had_a_label_has_a_page(public: Client, label: Label) -> None:
    by = person("By")
    never = make_movement("Zonder")
    ahead = make_movement("Straks")
    award_label(decision=decide(ahead, date(2024, 6, 1)), starts_on=date(2024, 9, 1), by=by)
    same_day = award(make_movement("Meteen weg"), date(2024, 6, 15))
    withdraw_label(label=same_day, by=by, reason="…")
    missing = public.get("/register/999999/")
    listed = get(public, "/register/labels.json")
    for movement in (never, ahead, same_day.movement):
        for end in ("", "badge.svg"):
            answer = public.get(address(movement, end))
            assert (answer.status_code, answer.content) == (404, missing.content)
        assert movement.name not in listed
    pause_label(label=label, by=by, reason="…")
    assert "Not valid" in get(public, address(label.movement))
    resume_label(label=label, by=by, reason="…")
    assert "Valid until" in get(public, address(label.movement))


def test_what_everybody_reads_costs_the_same(
    public: Client, label: Label, django_assert_num_queries: Any, no_writes: Any
) -> None:
    publish(label, 1, "Goed")
    for end, queries in (("", 4), ("badge.svg", 2)):
        with django_assert_num_queries(queries), no_writes():
            assert public.get(address(label.movement, end)).status_code == 200
    with django_assert_num_queries(1):
        assert public.get("/register/open-data/").status_code == 200


# Open data ---------------------------------------------------------------------------------------


def test_the_register_as_json_and_csv(public: Client, label: Label) -> None:
    not_valid()
    content = json.loads(get(public, "/register/labels.json"))
    assert content["version"] == 1
    assert content["programme"]["nl"] == "Jeugdwerk voor Alleman"
    assert "publicdomain/zero" in content["licence"]
    assert len(content["labels"]) == 7
    first = content["labels"][0]
    assert first == {
        "id": label.movement_id,
        "url": f"{settings.PUBLIC_URL}/register/{label.movement_id}/",
        "name": "Demo Scouts Zonnebloem",
        "federation": "Scouts en Gidsen Vlaanderen",
        "postcode": "9300",
        "municipality": "Demostad",
        "valid": True,
        "number": label.number,
        "valid_from": "2022-11-14",
        "valid_until": "2025-11-13",
    }
    text = get(public, "/register/labels.csv").removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    for row, entry in zip(rows, content["labels"], strict=True):
        assert row == {
            name: "" if value is None else str(value).lower() if value in (True, False) else value
            for name, value in (entry | {"id": str(entry["id"])}).items()
        }


@pytest.mark.parametrize("name", ["labels.json", "labels.csv"])
def test_a_copy_is_kept_until_something_changes(
    public: Client, label: Label, time_machine: Any, name: str
) -> None:
    url = f"/register/{name}"
    before = public.get(url)
    assert before["Access-Control-Allow-Origin"] == "*"
    assert before["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in before
    by_tag, by_moment = (
        {"If-None-Match": before["ETag"]},
        {"If-Modified-Since": before["Last-Modified"]},
    )
    for headers in (by_tag, by_moment):
        same = public.get(url, headers=headers)
        assert (same.status_code, same.content) == (304, b"")
        assert same["Access-Control-Allow-Origin"] == "*"
    time_machine.move_to("2024-06-15T12:00:05Z")
    pause_label(label=label, by=person("By"), reason="…")
    for headers in (by_tag, by_moment):
        assert public.get(url, headers=headers).status_code == 200
    after = public.get(url)
    assert after["ETag"] != before["ETag"]
    time_machine.move_to("2024-06-16T12:00:00Z")  # what is valid may have changed at midnight
    assert public.get(url, headers={"If-Modified-Since": after["Last-Modified"]}).status_code == 200


@pytest.mark.no_cover
@pytest.mark.parametrize("count", [1, 3, 2400])
def test_open_data_ask_the_same_of_any_number(
    public: Client, count: int, django_assert_num_queries: Any, no_writes: Any
) -> None:
    many(count)
    learn()
    for name, queries in (("labels.json", 4), ("labels.csv", 3)):
        with django_assert_num_queries(queries), no_writes():
            assert public.get(f"/register/{name}").content.count(b"Groep 0") == count


def test_only_open_data_are_open_to_other_sites(public: Client, label: Label) -> None:
    for url in ("/register/", address(label.movement), f"/label/{label.code}/"):
        answer = public.get(url)
        assert "Access-Control-Allow-Origin" not in answer
        assert answer["Cache-Control"] == "no-store"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


# The badge ---------------------------------------------------------------------------------------


def badge(client: Client, movement: Movement, query: str = "") -> list[str]:
    """The texts of the badge, after a look at whether it is a picture and nothing else."""
    answer = client.get(address(movement, "badge.svg") + query)
    assert answer["Content-Type"] == "image/svg+xml"
    root = ElementTree.fromstring(answer.content)
    allowed = {f"{SVG}{tag}" for tag in ["svg", "title", "rect", "g", "path", "text", "circle"]}
    assert {element.tag for element in root.iter()} <= allowed
    for element in root.iter():
        assert not [
            name
            for name, value in element.attrib.items()
            if name.startswith("on") or name in {"style", "href"} or "url(" in value
        ]
    return [element.text or "" for element in root.findall(f"{SVG}text")]


def test_the_badge_is_of_the_present_day_in_three_languages(public: Client, label: Label) -> None:
    movement = label.movement
    assert badge(public, movement, "?lang=en") == [
        "Youth work for all",
        "Valid until 13 November 2025",
        "Demo Scouts Zonnebloem",
    ]
    assert "13 novembre 2025" in badge(public, movement, "?lang=fr")[1]
    assert badge(public, movement)[0] == "Jeugdwerk voor Alleman"  # as the movement speaks
    assert badge(public, movement, "?lang=xx") == badge(public, movement, "?lang=nl")
    Edition.objects.update(name={"nl": "Iets anders", "fr": "", "en": ""})
    assert badge(public, movement)[0] == "Jeugdwerk voor Alleman"  # what it was awarded for
    before = public.get(address(movement, "badge.svg"))
    withdraw_label(label=label, by=person("By"), reason="…")
    assert badge(public, movement, "?lang=en")[1] == "Not valid"
    after = public.get(address(movement, "badge.svg"), headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200


def test_other_sites_may_show_the_badge_and_ask_again_soon(public: Client, label: Label) -> None:
    url = address(label.movement, "badge.svg?lang=fr")
    answer = public.get(url)
    again = public.get(url, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    for each in (answer, again):
        assert each["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert each["Content-Security-Policy"].startswith("default-src 'none'")
        assert each["Cache-Control"] == "public, max-age=300"
        assert each["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Language"] == "fr"
    assert "Last-Modified" not in answer


# Names that mean harm ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_everywhere(public: Client, name: str) -> None:
    label = award(make_movement("Chiro"), START)
    Movement.objects.filter(pk=label.movement_id).update(name=name[:120])
    name, movement = name[:120], label.movement
    for url in ("/register/", address(movement)):
        content = get(public, url)
        assert "<script>" not in content
        assert "<svg/onload" not in content
        block = re.findall(r'<script type="application/ld\+json">(.*?)</script>', content, re.S)
        assert len(block) == 1
        assert json.loads(block[0])["@context"] == "https://schema.org"
        assert name in json.dumps(json.loads(block[0]), ensure_ascii=False).replace(
            '\\"', '"'
        ).replace("\\u0007", "\u0007")
    assert len(badge(public, movement)) == 3
    assert json.loads(get(public, "/register/labels.json"))["labels"][0]["name"] == name
    cells = next(csv.reader([get(public, "/register/labels.csv").splitlines()[1]], delimiter=";"))
    assert cells[2].lstrip("'") == name
    assert not cells[2].startswith("=")


def test_what_does_not_fit_the_badge_is_cut_off(public: Client, label: Label) -> None:
    Movement.objects.filter(pk=label.movement_id).update(name="W" * 120)
    assert badge(public, label.movement)[2] == "W" * 22 + "…"


# schema.org --------------------------------------------------------------------------------------


def linked(client: Client, url: str) -> Any:
    text = get(client, url).split('<script type="application/ld+json">')[1]
    return json.loads(text.split("</script>")[0])


def test_search_engines_read_the_same(public: Client, label: Label) -> None:
    data = linked(public, address(label.movement))
    assert (data["@type"], data["name"]) == ("Organization", "Demo Scouts Zonnebloem")
    assert data["address"]["postalCode"] == "9300"
    certification = data["hasCertification"]
    assert certification["certificationStatus"].endswith("CertificationActive")
    assert (certification["validFrom"], certification["expires"]) == ("2022-11-14", "2025-11-13")
    listed = linked(public, "/register/")["itemListElement"]
    assert [item["item"]["@id"] for item in listed] == [data["@id"]]
    assert len(linked(public, "/register/open-data/")["distribution"]) == 2
    Movement.objects.update(postcode="", municipality="")
    pause_label(label=label, by=person("By"), reason="…")
    data = linked(public, address(label.movement))
    assert "address" not in data
    assert set(data["hasCertification"]) == {"@type", "certificationStatus"}


def test_without_an_edition_there_is_still_a_page(public: Client) -> None:
    assert json.loads(get(public, "/register/labels.json"))["programme"] == {}
    assert "open data" in get(public, "/register/open-data/")


# The lines for the movement's own site -----------------------------------------------------------


def test_leaders_copy_the_badge(public: Client, label: Label) -> None:
    movement = label.movement
    url = f"/my/{movement.pk}/badge/"
    assert public.get(url).status_code == 302
    public.force_login(leader_of(movement))
    content = get(public, url)
    site = settings.PUBLIC_URL
    lines = (
        f"&lt;a href=&quot;{site}/register/{movement.pk}/&quot;&gt;&lt;img src=&quot;{site}"
        f"/register/{movement.pk}/badge.svg?lang=en&quot; width=&quot;360&quot; "
        "height=&quot;112&quot; alt=&quot;Youth work for all: look whether our label is valid "
        "today&quot;&gt;&lt;/a&gt;"
    )
    assert lines in content
    assert content.index("badge.svg?lang=nl&quot;") < content.index("badge.svg?lang=en&quot;")
    other = make_movement("Elders")
    leader_of(other, "Anna Ander")
    assert public.get(f"/my/{other.pk}/badge/").status_code == 404


def test_before_the_first_label_there_is_no_badge(public: Client) -> None:
    movement = make_movement("Zonder")
    public.force_login(leader_of(movement))
    assert "Once your group has the label" in get(public, f"/my/{movement.pk}/badge/")
