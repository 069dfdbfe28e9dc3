"""Forms of the front page, of the calendar and of the end of an edition."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import STAFF
from accounts.models import User
from core.calendar import today
from core.forms import DayInput, ServiceForm
from desk import edition_end
from desk.agenda import DAY, Kind
from desk.services import give_owner
from movements.models import Movement
from programmes.models import Edition


def _called(text: str) -> Any:
    """Groups with each word in their name or place, or as their number."""
    found = Movement.objects.all()
    for word in text.split():
        place = Q(name__icontains=word) | Q(municipality__icontains=word)
        found = found.filter(place | Q(code__iexact=word))
    return found


class AgendaForm(forms.Form):
    """What a calendar of all movements is narrowed down by; nothing chosen is everything."""

    # written, not chosen: a list of thousands of groups would weigh more than the calendar itself
    movement = forms.CharField(
        label=_("Group"),
        required=False,
        max_length=120,
        help_text=_("Part of its name, its place or its number."),
    )
    coach = forms.ModelChoiceField(
        label=_("Coach"), queryset=User.objects.none(), required=False, empty_label=_("all")
    )
    kind = forms.ChoiceField(
        label=_("What"), choices=[("", _("everything")), *Kind.choices], required=False
    )
    past = forms.BooleanField(label=_("what is over"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coach"].queryset = access.people_with(*STAFF)  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_class = "form-line no-print"
        self.helper.disable_csrf = True
        self.helper.quiet_optional = True
        self.helper.add_input(Submit("", _("Show")))

    def clean_movement(self) -> str:
        """Words that a group has in its name or place; said when there is none."""
        text: str = self.cleaned_data["movement"]
        if text and not _called(text).exists():
            raise ValidationError(_("We know no such group. Here are all of them."))
        return text

    def movements(self) -> Any:
        """The movements that were asked for; all when what was asked makes no sense."""
        chosen = self.cleaned_data if self.is_valid() else {}
        found = _called(chosen.get("movement", "")).order_by("name", "pk")
        if chosen.get("coach"):
            found = found.with_coach().filter(coach_id=chosen["coach"].pk)  # type: ignore[misc]
        return found


class EndOfEditionForm(ServiceForm):
    """Gives several movements a coach who stays. Each choice names the coach that was seen."""

    save_label = _("Give them this coach")
    movements = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one group."),
            "invalid_choice": _("Somebody changed the coach of a group meanwhile. Look again."),
        },
    )
    coach = forms.ModelChoiceField(label=_("Coach"), queryset=User.objects.none(), empty_label="–")
    starts_on = forms.DateField(label=_("From"), widget=DayInput())

    def __init__(self, *args: Any, edition: Edition, by: User, **kwargs: Any) -> None:
        self.by, self.rows = by, edition_end.rows(edition)
        day = max(edition.ends_on + DAY, today())
        super().__init__(*args, **kwargs)
        self.initial["starts_on"] = day
        self.part("movements").choices = [(row.key, str(row.movement)) for row in self.rows]
        self.part("coach").queryset = edition_end.staying(edition)

    @property
    def helper(self) -> FormHelper:
        """The form stands around the list, so the page writes its tag."""
        helper = super().helper
        helper.form_tag = False
        return helper

    def layout(self) -> list[Any]:
        """The list of movements is written by the page."""
        return ["coach", "starts_on", Submit("save", str(self.save_label))]

    def save(self) -> int | None:
        """The number of movements that got the coach; None when one of them cannot."""
        chosen = set(self.cleaned_data["movements"])
        number: int | None = self.attempt(
            give_owner,
            movements=[row.movement for row in self.rows if row.key in chosen],
            to=self.cleaned_data["coach"],
            starts_on=self.cleaned_data["starts_on"],
            by=self.by,
        )
        return number
