"""Two people with the same record open: who saves second is told what the first one wrote."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from core.translated import LANGUAGES, Translated


class SeenField(forms.CharField):
    """Travels along with a form and is no change of the record."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def seen_form(form_class: Any) -> Any:
    """The same model form, which does not write over what its user has not seen.

    It sends along a fingerprint of what stood there, as the field `seen`. Who sends back just what
    stood there changed nothing, so that what somebody else wrote since stays.
    """

    class SeenForm(form_class):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            if self.instance.pk:
                self.seen_names = list(self.fields)  # before a formset adds its own
                self.initial["seen"] = _fingerprint(self)
                self.fields["seen"] = SeenField(required=False)

        def clean(self) -> Any:
            cleaned = super().clean()
            cleaned = self.cleaned_data if cleaned is None else cleaned
            seen = cleaned.pop("seen", "")
            if seen in ("", self.initial.get("seen")):
                return cleaned
            if not self.errors and seen == _digest(cleaned.get(name) for name in self.seen_names):
                return _leave(self)
            _catch_up(self)
            return cleaned

    return SeenForm


def _fingerprint(form: Any) -> str:
    """What stands in the record, field by field."""
    return _digest(form.get_initial_for_field(form.fields[name], name) for name in form.seen_names)


def _digest(values: Iterable[Any]) -> str:
    """A browser sends each new line as two signs."""
    texts = [_text(value).replace("\r\n", "\n") for value in values]
    return sha256("\0".join(texts).encode()).hexdigest()[:16]


def _text(value: Any) -> str:
    """A value in all its languages; nothing is nothing, however it is kept."""
    if isinstance(value, Translated):
        return "\1".join(value.get(code, "") for code in LANGUAGES)
    return "" if value is None else str(value)


def _leave(form: Any) -> dict[str, Any]:
    """Nothing was typed: what stands there now stays."""
    form.changed_data = []
    for name in form.seen_names:
        field = form.fields[name]
        form.cleaned_data[name] = field.to_python(form.get_initial_for_field(field, name))
    return dict(form.cleaned_data)


def _catch_up(form: Any) -> None:
    """Keep what was typed; say beside it what stands there now; saving again then counts."""
    form.add_error(None, _("Somebody changed this in the meantime."))
    for name in form.changed_data:
        for message in _now(form, name):
            form.add_error(name, message)
    form.data = form.data.copy()
    form.data[form.add_prefix("seen")] = form.initial["seen"]


def _now(form: Any, name: str) -> list[str]:
    """What a field says now; of a text in several languages, where that is something else."""
    field = form.fields[name]
    now = form.get_initial_for_field(field, name)
    message = _("It now says: “%s”. Save to put yours there.")
    if isinstance(field, forms.FileField):
        return [_("There is another file now. Choose yours again to put it there.")]
    if isinstance(now, Translated):
        sent = form.cleaned_data.get(name, {})
        languages = dict(settings.LANGUAGES)
        return [
            f"{languages[code]}: {message % now.get(code, '')}"
            for code in LANGUAGES
            if now.get(code, "") != sent.get(code, "")
        ]
    return [message % dict(getattr(field, "choices", ())).get(now, now)]
