"""Lists that people have in a spreadsheet: a file, or cells that are pasted."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import today
from core.errors import Refused
from core.jobs import Job
from movements import years
from movements.forms.base import date_widget, inner_helper
from movements.models import Movement
from movements.services.team_imports import start_team_import


class ListForm(forms.Form):
    """A file or pasted cells; subclasses keep it for a preview with `start(data, name)`."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("Excel (xlsx) or csv, with a first row of headers"),
    )
    pasted = forms.CharField(
        label=_("Or paste the cells here"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Copy them in Excel, headers included."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = inner_helper()
        self.by = by
        self.job: Job | None = None

    def start(self, data: bytes, name: str) -> Job:
        """Keep the list. Raises Refused for one that cannot be read."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """One list, and one that can be read: a broken one says where, at its own field."""
        cleaned = super().clean() or self.cleaned_data
        file, pasted = cleaned.get("file"), cleaned.get("pasted")
        if bool(file) == bool(pasted) and not self.errors:
            raise ValidationError(gettext("Choose a file or paste the cells, one of both."))
        if not self.errors:
            self._start("file" if file else "pasted", cleaned)
        return cleaned

    def _start(self, field: str, cleaned: dict[str, Any]) -> None:
        file = cleaned["file"]
        data = file.read() if file else cleaned["pasted"].encode()
        name = file.name if file else gettext("pasted cells")
        try:
            self.job = self.start(data, name)
        except Refused as refusal:
            self.add_error(field, refusal.message)


class TeamImportForm(ListForm):
    """A list of teams, and what counts for rows that do not say it."""

    movement = forms.ModelChoiceField(
        label=_("Movement of rows that name none"),
        queryset=Movement.objects.none(),
        required=False,
        empty_label=_("The list has a column for it"),
    )
    starts_on = forms.DateField(
        label=_("Start of new people without one"),
        widget=date_widget(),
        help_text=_("Usually the first day of the working year."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        movement: Any = self.fields["movement"]
        movement.queryset = Movement.objects.existing()
        self.fields["starts_on"].initial = years.opens_on(years.working_year(today()))

    def start(self, data: bytes, name: str) -> Job:
        starts_on: date = self.cleaned_data["starts_on"]
        movement = self.cleaned_data.get("movement")
        return start_team_import(
            data=data, filename=name, starts_on=starts_on, movement=movement, by=self.by
        )
