"""Forms for labels of an earlier edition: one label, or a list from a spreadsheet."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from core.forms import DayInput, ServiceForm
from core.jobs import Job
from labels.models import POINTS
from labels.services.taking_over import NUMBER_LENGTH, start_taking_over, take_over_label
from movements.forms.lists import ListForm
from movements.models import Movement


class TakeOverForm(ServiceForm):
    """One label that was decided on before this programme was here."""

    save_label = _("Record this label")
    movement = forms.ModelChoiceField(
        label=_("Group"), queryset=Movement.objects.none(), empty_label="–"
    )
    number = forms.CharField(
        label=_("Number of then"),
        max_length=NUMBER_LENGTH,
        help_text=_("It stays the number of this label and is never given to another one."),
    )
    decided_on = forms.DateField(label=_("Decided on"), widget=DayInput())
    starts_on = forms.DateField(label=_("Valid from"), widget=DayInput())
    ends_on = forms.DateField(label=pgettext_lazy("fact", "Valid until"), widget=DayInput())
    titles = forms.CharField(
        label=_("The points, as far as you know them"),
        help_text=_("One on each line, in their order."),
        required=False,
        max_length=POINTS * 200,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        self.by = by
        super().__init__(*args, **kwargs)
        self.part("movement").queryset = Movement.objects.order_by("name", "pk")

    def clean_titles(self) -> list[str]:
        """The lines, at most ten."""
        lines: list[str] = self.cleaned_data["titles"].splitlines()
        if len(lines) > POINTS:
            raise forms.ValidationError(_("There are at most ten points."))
        return lines

    def save(self) -> Any:
        """The label; None when it was refused."""
        return self.attempt(take_over_label, by=self.by, **self.cleaned_data)


class LabelListForm(ListForm):
    """A list of labels of before."""

    def start(self, data: bytes, name: str) -> Job:
        return start_taking_over(data=data, filename=name, by=self.by)
