"""Text that an editor writes in nl, fr and en: one JSON column, one value type, one form field."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("nl", "fr", "en")


class Translated(dict[str, str]):
    """The versions of one text; `str()` gives the one for the active language."""

    def __str__(self) -> str:
        order = ((get_language() or "")[:2], settings.LANGUAGE_CODE, *LANGUAGES)
        return next((self[code] for code in order if self.get(code)), "")

    def __hash__(self) -> int:  # type: ignore[override]  # admin filters put values in sets
        return hash(tuple(sorted(self.items())))

    def in_language(self, language: str) -> str:
        """The text in one language, with the usual fallbacks."""
        with override(language):
            return str(self)


class TranslatedWidget(forms.MultiWidget):
    """One input per language, labelled with its code."""

    template_name = "components/translated_widget.html"

    def __init__(self, widget: type[forms.Widget] = forms.TextInput) -> None:
        super().__init__({code: widget(attrs={"lang": code}) for code in LANGUAGES})

    def decompress(self, value: dict[str, str] | None) -> list[str]:
        return [(value or {}).get(code, "") for code in LANGUAGES]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        names = dict(settings.LANGUAGES)
        for code, subwidget in zip(LANGUAGES, context["widget"]["subwidgets"], strict=True):
            subwidget["attrs"]["aria-label"] = str(names[code])
            subwidget["language"] = names[code]
        return context


class _Text(forms.CharField):
    """A browser sends a new line as two signs; we keep one, as everywhere."""

    def to_python(self, value: Any) -> Any:
        return str(super().to_python(value)).replace("\r\n", "\n")


class TranslatedFormField(forms.MultiValueField):
    """Asks every language; the first (the default language) may not stay empty."""

    def __init__(self, *, widget: type[forms.Widget] = forms.TextInput, **kwargs: Any) -> None:
        for option in ("encoder", "decoder", "max_length"):
            kwargs.pop(option, None)
        fields = [_Text(required=False, strip=True) for _code in LANGUAGES]
        super().__init__(
            fields, widget=TranslatedWidget(widget), require_all_fields=False, **kwargs
        )

    def compress(self, data_list: list[str]) -> Translated:
        return Translated(zip(LANGUAGES, data_list or [""] * len(LANGUAGES), strict=True))

    def clean(self, value: Any) -> Translated:
        cleaned: Translated = super().clean(value)
        if self.required and not cleaned.get(settings.LANGUAGE_CODE):
            raise ValidationError(_("Fill in at least the Dutch text."), code="required")
        return cleaned


class TranslatedField(models.JSONField):
    """A JSON object with the keys nl, fr and en; `translated_check` is its database constraint."""

    def __init__(self, *args: Any, long: bool = False, **kwargs: Any) -> None:
        self.long = long
        kwargs.setdefault("default", Translated)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.long:
            kwargs["long"] = True
        return name, path, args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        value = super().from_db_value(value, expression, connection)
        return Translated(value) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return Translated(value) if isinstance(value, dict) else value

    def formfield(self, **kwargs: Any) -> Any:
        widget = forms.Textarea if self.long else forms.TextInput
        kwargs.pop("widget", None)  # the admin would put its own JSON textarea here
        # Django would send the value along in a hidden field of one line, for its default is made
        options = {
            "form_class": TranslatedFormField,
            "widget": widget,
            "show_hidden_initial": False,
        }
        return models.Field.formfield(self, **{**options, **kwargs})


def translated_check(field: str, model: str) -> models.CheckConstraint:
    """The constraint that a translated column has text in the default language.

    Without the key the comparison alone is unknown, and a constraint lets the unknown pass.
    """
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__has_key": "nl", f"{field}__nl__gt": ""}),
        name=f"{model}_{field}_translated",
    )
