"""Forms that tie help and error to their control, includes, and error pages that need nothing."""

import re
from html.parser import HTMLParser

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import override

ERROR_PAGES = ["400.html", "403.html", "404.html", "429.html", "500.html", "503.html"]


class Example(forms.Form):
    text = forms.CharField(help_text="One sentence is enough.")
    how = forms.ChoiceField(
        choices=[("a", "Busy"), ("b", "Done")], widget=forms.RadioSelect, help_text="Changes later."
    )
    languages = forms.MultipleChoiceField(
        choices=[("nl", "Dutch"), ("ar", "Arabic")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agree = forms.BooleanField(label="Others may see it")
    picture = forms.FileField(required=False)
    kind = forms.ChoiceField(choices=[("x", "X")])


class Elements(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.all = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        names = [name for name, _value in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in {tag} {attrs}"
        self.all.append((tag, dict(attrs)))

    def named(self, name):
        return [(tag, attrs) for tag, attrs in self.all if attrs.get("name") == name]

    @property
    def ids(self):
        return {attrs["id"] for _tag, attrs in self.all if "id" in attrs}


@pytest.fixture
def wrong():
    with override("en"):
        return Elements(render_crispy_form(Example({})))


@pytest.mark.parametrize("field", ["text", "how", "agree", "kind"])
def test_every_control_names_its_error_and_the_error_is_there(wrong, field):
    for _tag, attrs in wrong.named(field):
        assert f"id_{field}_error" in attrs["aria-describedby"].split()
        assert attrs["aria-invalid"] == "true"
    assert f"id_{field}_error" in wrong.ids


def test_every_description_that_is_named_exists(wrong):
    named = [attrs.get("aria-describedby", "").split() for _tag, attrs in wrong.all]
    assert {name for names in named for name in names} <= wrong.ids


def test_a_group_is_a_fieldset_that_names_help_and_error(wrong):
    groups = [attrs for tag, attrs in wrong.all if tag == "fieldset"]
    assert groups[0]["aria-describedby"] == "id_how_helptext id_how_error"


def test_what_may_stay_empty_says_so():
    with override("en"):
        html = render_crispy_form(Example())
    assert html.count("(optional)") == 2
    assert "asteriskField" not in html


def test_a_file_that_is_there_shows_no_address():
    class Stored:
        url = "/media/secret.jpg"

        def __str__(self):
            return "secret.jpg"

    with override("en"):
        html = render_crispy_form(Example(initial={"picture": Stored()}))
    assert "There is a file already" in html
    assert "secret" not in html


def test_an_error_of_the_whole_form_is_an_alert():
    form = Example({})
    form.add_error(None, "Somebody else changed this.")
    with override("en"):
        html = render_crispy_form(form)
    assert re.search(r'role="alert">.*Somebody else changed this\.', html, re.DOTALL)


@pytest.mark.parametrize("page", ERROR_PAGES)
@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_error_pages_have_no_form_and_need_nothing(page, language):
    with override(language):
        html = render_to_string(page)
    elements = Elements(html)
    assert dict(elements.all)["html"]["lang"] == language
    assert not [tag for tag, _attrs in elements.all if tag in {"form", "input", "script"}]
    links = [attrs["href"] for tag, attrs in elements.all if tag == "a"]
    assert set(links) == {"/"}


@pytest.mark.parametrize(
    ("context", "expected", "absent"),
    [
        ({"value": 71, "target": 100, "plan": 83}, ["71", "of 100", "planned 83"], ["tag"]),
        ({"value": 3, "target": None, "plan": None}, [">3<"], ["meter", "planned"]),
        (
            {"value": 0, "target": 24, "plan": 0, "pace": "bad", "pace_word": "behind"},
            ["planned 0", "▲", "tag-bad"],
            [],
        ),
        ({"value": 1, "target": 2, "plan": 1, "rule": "We count once."}, ["We count once."], []),
    ],
)
def test_a_figure_shows_what_it_is_given(context, expected, absent):
    with override("en"):
        html = render_to_string("components/figure_card.html", {"name": "Visits", **context})
    assert [part for part in expected if part not in html] == []
    assert [part for part in absent if part in html] == []


@pytest.mark.parametrize("state", ["empty", "started", "done", "verified"])
def test_the_number_of_a_point_says_its_state_in_words(state):
    with override("en"):
        html = render_to_string("components/point_mark.html", {"number": 7, "state": state})
    assert f"point-mark-{state}" in html
    assert re.search(rf'visually-hidden">\s*{state}\s*<', html)
