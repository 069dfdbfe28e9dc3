"""Texts that an editor writes in three languages."""

from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from core.translated import Translated, TranslatedField, TranslatedFormField
from movements.models import Federation

WORDS = Translated(nl="groep", fr="groupe", en="group")


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        (WORDS, "nl", "groep"),
        (WORDS, "fr", "groupe"),
        (WORDS, "fr-be", "groupe"),
        (WORDS, "de", "groep"),
        (Translated(nl="groep", fr=""), "fr", "groep"),
        (Translated(en="group"), "fr", "group"),
        (Translated(fr="groupe"), "nl", "groupe"),
        (Translated(), "nl", ""),
    ],
)
def test_text_in_a_language(value: Translated, language: str, text: str) -> None:
    with override(language):
        assert str(value) == text
    assert value.in_language(language) == text


def test_text_outside_any_language() -> None:
    with override(None):
        assert str(WORDS) == "groep"


def test_values_can_be_in_sets() -> None:
    assert len({WORDS, Translated(WORDS), Translated(nl="x")}) == 2


@pytest.mark.django_db
def test_round_trip_and_constraint() -> None:
    made = Federation(name="F", group_word=WORDS, main_leader_word=WORDS)
    made.save()
    read = Federation.objects.get(pk=made.pk)
    assert isinstance(read.group_word, Translated)
    assert read.group_word == WORDS
    for wrong in (Translated(fr="x"), Translated(nl=""), Translated(), [], "x"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Federation.objects.filter(pk=made.pk).update(group_word=wrong)
        read.group_word = wrong
        with pytest.raises(ValidationError):
            read.full_clean()
    read.group_word = Translated(nl="x")
    read.full_clean()


def test_field_reads_what_forms_and_fixtures_give() -> None:
    field = TranslatedField()
    assert isinstance(field.to_python({"nl": "x"}), Translated)
    assert field.to_python(None) is None
    assert field.from_db_value(None, None, None) is None
    assert field.from_db_value("[]", None, _Connection()) == []


class _Connection:
    class features:
        has_native_json_field = False


@pytest.mark.parametrize("long", [True, False])
def test_migrations_know_the_field(long: bool) -> None:
    _name, path, _args, kwargs = TranslatedField(long=long).deconstruct()
    assert path == "core.translated.TranslatedField"
    assert kwargs.get("long", False) is long
    assert kwargs["default"] is Translated
    widget = TranslatedField(long=long).formfield().widget.widgets[0]
    assert isinstance(widget, forms.Textarea if long else forms.TextInput)


class WordsForm(forms.Form):
    word = TranslatedFormField(label="Word")
    more = TranslatedFormField(label="More", required=False, widget=forms.Textarea)


def filled(**values: str) -> WordsForm:
    return WordsForm({f"word_{code}": text for code, text in values.items()})


def test_form_gives_a_translated_value() -> None:
    form = filled(nl=" groep ", fr="groupe", en="")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["word"] == Translated(nl="groep", fr="groupe", en="")
    assert isinstance(form.cleaned_data["word"], Translated)
    assert form.cleaned_data["more"] == Translated(nl="", fr="", en="")


@pytest.mark.parametrize("values", [{}, {"fr": "groupe"}, {"nl": "  ", "en": "group"}])
def test_dutch_may_not_stay_empty(values: dict[str, str]) -> None:
    form = filled(**values)
    assert form.errors["word"]
    if "fr" in values:
        assert 'value="groupe"' in str(form["word"])


def test_form_shows_what_there_is() -> None:
    form = WordsForm(initial={"word": WORDS})
    html = str(form["word"])
    for code, text in WORDS.items():
        assert f'name="word_{code}"' in html
        assert f'value="{text}"' in html
        assert f'lang="{code}"' in html
    assert html.count("aria-label=") == 3
    assert str(form["more"]).count("<textarea") == 3


def test_unchanged_is_unchanged() -> None:
    data = {f"word_{code}": text for code, text in WORDS.items()}
    assert not WordsForm(data, initial={"word": WORDS}).has_changed()
    assert WordsForm(data | {"word_fr": "x"}, initial={"word": WORDS}).has_changed()


def test_admin_cannot_put_its_json_box_there() -> None:
    field: Any = TranslatedField().formfield(widget=forms.Textarea)
    assert isinstance(field, TranslatedFormField)
