"""Two people with the same record open: who saves second is told what the first one wrote."""

from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext as _


class SeenField(forms.CharField):
    """Travels along with a form and is no change of the record."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def seen_form(form_class: Any) -> Any:
    """The same model form, which does not write over what its user has not seen.

    It sends along a fingerprint of what stood there, as the field `seen`.
    """

    class SeenForm(form_class):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            if self.instance.pk:
                self.initial["seen"] = _fingerprint(self)
                self.fields["seen"] = SeenField(required=False)

        def clean(self) -> Any:
            cleaned = super().clean()
            cleaned = self.cleaned_data if cleaned is None else cleaned
            if cleaned.pop("seen", "") not in ("", self.initial.get("seen")):
                _catch_up(self)
            return cleaned

    return SeenForm


def _fingerprint(form: Any) -> str:
    """What stands in the record, field by field."""
    values = [str(form.get_initial_for_field(field, name)) for name, field in form.fields.items()]
    return sha256("\0".join(values).encode()).hexdigest()[:16]


def _catch_up(form: Any) -> None:
    """Keep what was typed; say beside it what stands there now; saving again then counts."""
    form.add_error(None, _("Somebody changed this in the meantime."))
    for name in form.changed_data:
        field = form.fields[name]
        now = form.get_initial_for_field(field, name)
        now = dict(getattr(field, "choices", ())).get(now, now)
        form.add_error(name, _("It now says: “%s”. Save to put yours there.") % now)
    form.data = form.data.copy()
    form.data[form.add_prefix("seen")] = form.initial["seen"]
