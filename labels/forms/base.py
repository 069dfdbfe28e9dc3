"""What the forms of plans have in common: texts, days, several forms on one page."""

from datetime import date
from hashlib import sha256
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from django import forms
from django.core.validators import MaxValueValidator
from django.utils.formats import date_format

from core.calendar import add_months, today
from core.forms import LongText
from labels.models import TEXT_LIMIT, ActionPoint


def fingerprint(values: list[Any]) -> str:
    """What tells whether somebody changed a text since they read it."""
    lines = [str(value).replace("\r\n", "\n").strip() for value in values]
    return sha256("\0".join(lines).encode()).hexdigest()[:16]


def text_field(label: Any, *, required: bool = False, rows: int = 4, **kwargs: Any) -> Any:
    """A text of a few sentences."""
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return LongText(label=label, required=required, max_length=TEXT_LIMIT, widget=widget, **kwargs)


def date_widget() -> forms.DateInput:
    """A day, chosen in the browser's own calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def no_slip(field: Any) -> Any:
    """A field for a day that something waits for: one years away is a slip, and never comes."""
    field.validators.append(NotAfter(three_years_ahead))
    return field


class NotAfter(MaxValueValidator):
    """Refuses a day after the limit, and says the limit as people write a day."""

    def __call__(self, value: date) -> None:
        try:
            super().__call__(value)
        except forms.ValidationError as error:
            limit = error.params["limit_value"]  # type: ignore[index]
            error.params = {**error.params, "limit_value": date_format(limit)}  # type: ignore[dict-item]
            raise


def three_years_ahead() -> date:
    """The last day for which somebody is kept waiting."""
    return add_months(today(), 36)


class PartForm(forms.Form):
    """One of several forms that are sent together by one page, so that nothing typed gets lost.

    The browser must not hold back the others for a field of this one: the server says it.
    """

    use_required_attribute = False

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.quiet_optional = True
        return helper


class PointTextForm(PartForm):
    """Text of a point, with the version that its writer read and a fingerprint of what it said."""

    texts: ClassVar[tuple[str, ...]]
    version = forms.IntegerField(widget=forms.HiddenInput)
    before = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, point: ActionPoint, *args: Any, **kwargs: Any) -> None:
        self.point = point
        present = {name: getattr(point, name) for name in self.texts}
        kwargs["initial"] = {**present, **self._read(present)}
        super().__init__(*args, **kwargs)

    def _read(self, present: dict[str, Any]) -> dict[str, Any]:
        return {"version": self.point.version, "before": fingerprint([*present.values()])}

    @property
    def touched(self) -> bool:
        """Whether the writer changed something; what was only read is never written back."""
        now = fingerprint([self.cleaned_data[name] for name in self.texts])
        return now != self.cleaned_data["before"]

    def catch_up(self, point: ActionPoint) -> None:
        """Keep what was typed, over the version that stands there now."""
        self.point = point
        data: Any = self.data
        self.data = data = data.copy()
        for name, value in self._read({n: getattr(point, n) for n in self.texts}).items():
            data[self.add_prefix(name)] = value
