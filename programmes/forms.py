"""Forms of the coordinator: an edition, a new target, the planned curves, a secondment."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.boundfield import BoundField
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.calendar import today
from core.forms import DayInput, ServiceForm
from programmes import services
from programmes.enums import Indicator
from programmes.models import Edition, Secondment
from programmes.selectors import curve_of, overlapping, plan_version

LONGEST = timedelta(days=3660)
EARLIEST = date(2000, 1, 1)
MOST_MONTHS = 120  # a slip in the months would make labels that nobody sees the end of


class EditionForm(forms.ModelForm):
    """Names, period and label policy. What it says goes through the services."""

    class Meta:
        model = Edition
        fields = [
            "name",
            "municipality",
            "starts_on",
            "ends_on",
            "contact_email",
            "signatory",
            "label_mode",
            "label_months",
            "renewal_months",
            "grace_months",
        ]
        help_texts = {
            "ends_on": gettext_lazy("Another period makes the planned curves anew."),
            "label_months": gettext_lazy("Labels already awarded keep their dates."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # who may only look has no fields
        for name in {"label_months", "renewal_months", "grace_months"} & self.fields.keys():
            self.fields[name].validators.append(MaxValueValidator(MOST_MONTHS))
        if "starts_on" in self.fields:
            self.fields["starts_on"].validators.append(MinValueValidator(EARLIEST))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and (other := overlapping(first, last, but=self.instance)):
            message = _("This period overlaps with the edition “%s”.") % other
            self.add_error("starts_on", message)
        if first and last and last - first > LONGEST:
            # a slip in the year would make a planned curve of thousands of months
            message = MaxValueValidator.message % {"limit_value": date_format(first + LONGEST)}
            self.add_error("ends_on", message)
        return cleaned


class SecondmentForm(forms.ModelForm):
    """Somebody of a partner who comes to work in the team."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    full_name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Secondment
        fields = ["partner", "starts_on", "ends_on"]
        help_texts = {
            "partner": gettext_lazy(
                "Its data agreement is recorded first; without it nobody gets in."
            ),
            "ends_on": gettext_lazy("30 days before this day their files need a new owner."),
        }


class SecondmentEndForm(forms.ModelForm):
    """The last day of a secondment: nothing else about it changes."""

    class Meta:
        model = Secondment
        fields = ["ends_on"]


class TargetForm(ServiceForm):
    """A new target from a day on, and why."""

    save_label = gettext_lazy("Change the target")
    indicator = forms.ChoiceField(label=gettext_lazy("Figure"), choices=Indicator.choices)
    value = forms.IntegerField(label=gettext_lazy("New target"), min_value=1, max_value=100_000)
    valid_from = forms.DateField(
        label=gettext_lazy("From"), widget=DayInput(), initial=today, localize=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        help_text=gettext_lazy("Everybody who sees the figures can ask for it."),
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if not self.edition.starts_on <= day <= self.edition.ends_on:
            raise forms.ValidationError(_("Choose a day within the edition."))
        return day

    def save(self, by: User) -> None:
        """Write the new row; what is refused becomes an error."""
        self.attempt(services.set_target, edition=self.edition, by=by, **self.cleaned_data)


class PlanForm(ServiceForm):
    """The planned curves: a number for each figure at the end of each project month."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        self.fields["seen"].initial = plan_version(edition)
        self.keys: dict[str, tuple[str, date]] = {}
        for indicator in Indicator:
            for day, value in curve_of(edition, indicator):
                self._add(indicator, day, value)

    def _add(self, indicator: Indicator, day: date, value: int) -> None:
        name = f"{indicator}-{day}"
        self.keys[name] = (indicator.value, day)
        label = f"{indicator.label}, {date_format(day)}"
        self.fields[name] = forms.IntegerField(
            label=label, initial=value, min_value=0, max_value=100_000
        )

    def rows(self) -> Iterator[tuple[date, list[BoundField | None]]]:
        """Each day with its fields in the order of the figures; None where one has no point."""
        for day in sorted({day for _indicator, day in self.keys.values()}):
            names = [f"{indicator}-{day}" for indicator in Indicator]
            yield day, [self[name] if name in self.fields else None for name in names]

    def save(self, by: User) -> None:
        """Write the curves; an error tells when somebody else changed them meanwhile."""
        self.attempt(
            services.set_planned,
            edition=self.edition,
            values={key: self.cleaned_data[name] for name, key in self.keys.items()},
            seen=self.cleaned_data["seen"],
            by=by,
        )
