"""Forms of the web admin; each says at its fields what is wrong."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import today
from core.jobs import Job
from movements.forms.base import ErrorsAtFields, date_widget, inner_helper, staff_members
from movements.forms.lists import ListForm
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
        widgets = {
            "started_on": date_widget(),
            "stopped_on": date_widget(),
            "waiting_on": date_widget(),
        }
        help_texts = {
            "waiting_on": _("Today when you leave it empty."),
            "stopped_on": _(
                "To mend a day. “Stop” below records a last day and ends the team with it."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coach: Any = self.fields["coach"]
        coach.queryset = staff_members()
        coach.initial = getattr(self.instance, "coach_id", None)

    def clean(self) -> dict[str, Any]:
        """A waiting list is of a day; one that is not there is of none."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("waiting") is not None:
            cleaned["waiting_on"] = cleaned.get("waiting_on") or today()
        return cleaned


def _offer_what_is_there(form: forms.ModelForm) -> None:
    """Of the movements those that did not stop; a page that changes a record has no such field."""
    movement: Any = form.fields.get("movement")
    if movement:
        movement.queryset = Movement.objects.exclude(stopped_on__lt=today())


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_what_is_there(self)

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
        _offer_what_is_there(self)

    def _get_validation_exclusions(self) -> set[str]:
        """One open coach per movement is no mistake here: the service ends the one before."""
        return super()._get_validation_exclusions() | {"movement"}


class ImportForm(ListForm):
    """A list of movements, and how to read it."""

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        edition = Edition.objects.current()
        self.fields["municipality"].initial = edition.municipality if edition else ""

    def start(self, data: bytes, name: str) -> Job:
        federation = self.cleaned_data.get("federation")
        options = ImportOptions(
            municipality=self.cleaned_data["municipality"],
            federation=federation.name if federation else "",
        )
        return start_import(data=data, filename=name, options=options, by=self.by)


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
