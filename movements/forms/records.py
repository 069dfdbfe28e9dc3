"""Forms of the web admin; each says at its fields what is wrong."""

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
from movements.forms.base import ErrorsAtFields, date_widget, inner_helper, staff_members
from movements.models import CoachAssignment, Federation, Mandate, Movement
from movements.preview import TwinGroup
from movements.services.groups import FEDERATION_FIELDS, MOVEMENT_FIELDS
from movements.services.imports import ImportOptions, start_import
from movements.services.mandates import MANDATE_FIELDS
from programmes.models import Edition

NONE_OF_THEM = ""


class FederationForm(ErrorsAtFields):
    """A federation, its words and its patterns."""

    class Meta:
        model = Federation
        fields = FEDERATION_FIELDS


class MovementForm(ErrorsAtFields):
    """A movement and its coach from today on."""

    coach = forms.ModelChoiceField(
        label=_("coach"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("nobody yet"),
        help_text=_("From today on; the one before stays in the history."),
    )

    class Meta:
        model = Movement
        fields = MOVEMENT_FIELDS
        widgets = {"started_on": date_widget(), "stopped_on": date_widget()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coach: Any = self.fields["coach"]
        coach.queryset = staff_members()
        coach.initial = getattr(self.instance, "coach_id", None)


class MandateForm(ErrorsAtFields):
    """Who leads a movement, as what, and how long."""

    class Meta:
        model = Mandate
        fields = ("movement", *MANDATE_FIELDS)
        widgets = {
            "turns_18_on": date_widget(),
            "starts_on": date_widget(),
            "ends_on": date_widget(),
        }
        help_texts = {
            "email": _("Another address takes the account off: invite this person again."),
            "ends_on": _("Usually 31 August. Reminders to pass it on follow from it."),
        }

    def clean_turns_18_on(self) -> date | None:
        """Of who is 18 by now the day is not kept, and the phone number may be."""
        day: date | None = self.cleaned_data["turns_18_on"]
        return day if day and day > today() else None


class CoachForm(ErrorsAtFields):
    """Who coaches a movement from a day on."""

    class Meta:
        model = CoachAssignment
        fields = ("movement", "user", "starts_on")
        widgets = {"starts_on": date_widget()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user: Any = self.fields.get("user")
        if user:  # the page that only shows an assignment has no such field
            user.queryset = staff_members()

    def _get_validation_exclusions(self) -> set[str]:
        """One open coach per movement is no mistake here: the service ends the one before."""
        return super()._get_validation_exclusions() | {"movement"}


class ImportForm(forms.Form):
    """A file or pasted cells, and how to read them."""

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
    municipality = forms.CharField(
        label=_("Only this municipality"),
        max_length=80,
        required=False,
        help_text=_("Leave it empty to take in every place."),
    )
    federation = forms.ModelChoiceField(
        label=_("Federation of rows that name none"),
        queryset=Federation.objects.all(),
        required=False,
        empty_label=_("The list has a column for it"),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = inner_helper()
        self.by = by
        self.job: Job | None = None
        edition = Edition.objects.current()
        self.fields["municipality"].initial = edition.municipality if edition else ""

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
        federation = cleaned.get("federation")
        options = ImportOptions(
            municipality=cleaned["municipality"], federation=federation.name if federation else ""
        )
        file = cleaned["file"]
        data = file.read() if file else cleaned["pasted"].encode()
        name = file.name if file else gettext("pasted cells")
        try:
            self.job = start_import(data=data, filename=name, options=options, by=self.by)
        except Refused as refusal:
            self.add_error(field, refusal.message)


class ChoiceForm(forms.Form):
    """Which row counts of those with the same number; one question per number."""

    def __init__(self, *args: Any, twins: list[TwinGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = inner_helper()
        for group in twins:
            options = [(str(row.number), group.describe(row)) for row in group.rows]
            self.fields[f"row-{group.first}"] = forms.ChoiceField(
                label=group.label,
                choices=[*options, (NONE_OF_THEM, gettext("None of them for now"))],
                widget=forms.RadioSelect,
                required=False,
                initial=str(group.chosen or NONE_OF_THEM),
            )

    def choices(self) -> dict[int, int]:
        """The row that counts by the number of the first row of its group."""
        picked = self.cleaned_data.items()
        return {int(name.removeprefix("row-")): int(row) for name, row in picked if row}
