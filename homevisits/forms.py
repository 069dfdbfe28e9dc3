"""The form of a home visit: three taps when it was usual, two minutes when not."""

from typing import Any

from crispy_forms.bootstrap import StrictButton
from crispy_forms.layout import HTML, Div, Submit
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.calendar import today
from core.forms import DayInput, Fold, ManyOf, VersionedForm, capitalised
from homevisits import services
from homevisits.enums import Outcome, Place, Purpose
from homevisits.models import HomeVisit
from homevisits.rules import can_see_notes
from recruitment.forms import grouped_households
from recruitment.models import Household
from recruitment.selectors import team

SAFETY = HTML('{% include "admin/homevisits/safety.html" %}')
MORE = ["place", "purpose", "next_steps", "follow_up_on"]


class VisitFields(VersionedForm):
    """What recording and correcting a visit have in common."""

    quiet_optional = True

    outcome = forms.ChoiceField(
        label=gettext_lazy("How it went"),
        choices=capitalised(Outcome.choices),
        widget=forms.RadioSelect,
        required=False,
    )
    visitors = ManyOf(
        label=gettext_lazy("Who went"),
        queryset=User.objects.none(),
        required=False,
    )
    on = forms.DateField(label=gettext_lazy("Day"), initial=today, widget=DayInput())
    place = forms.ChoiceField(
        label=gettext_lazy("Where"), choices=capitalised(Place.choices), widget=forms.RadioSelect
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=capitalised(Purpose.choices), widget=forms.RadioSelect
    )
    next_steps = forms.CharField(
        label=gettext_lazy("Next steps"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("Only the owner of the household and the backup read this."),
    )
    follow_up_on = forms.DateField(
        label=gettext_lazy("Come back on"), required=False, widget=DayInput()
    )

    def __init__(self, *args: Any, user: User, instance: HomeVisit, **kwargs: Any) -> None:
        self.user = user
        texts = ["outcome", "on", *MORE]
        super().__init__(*args, instance=instance, texts=texts, **kwargs)
        self.part("visitors").queryset = team()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "outcome" in cleaned and not cleaned["outcome"]:
            self.add_error("outcome", _("Say how it went."))
        if cleaned.get("outcome") == Outcome.CONVERSATION and not cleaned.get("visitors"):
            self.add_error("visitors", _("Say who went."))
        self._check_days(cleaned)
        return cleaned

    def _check_days(self, cleaned: dict[str, Any]) -> None:
        on, again = cleaned.get("on"), cleaned.get("follow_up_on")
        if on and on > today():
            self.add_error("on", _("This day is still to come. Record a visit once you went."))
        if on and again and again < on:
            self.add_error("follow_up_on", _("The follow-up comes after the visit."))


class VisitForm(VisitFields):
    """A visit that took place, or not."""

    field_order = ["household", "outcome", "visitors", "on", *MORE]

    household = forms.ChoiceField(label=gettext_lazy("Household"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"visitors": [user.pk], **kwargs.get("initial", {})}
        super().__init__(*args, user=user, instance=HomeVisit(), **kwargs)
        del self.fields["version"]
        self.part("household").choices = grouped_households(user)

    def layout(self) -> list[Any]:
        nobody = StrictButton(
            _("Nobody home"), type="submit", name="nobody_home", value="1", css_class="btn"
        )
        buttons = Div(Submit("save", _("Save")), nobody, css_class="btn-row")
        return ["household", "outcome", "visitors", "on", Fold(_("More"), *MORE), SAFETY, buttons]

    def clean_household(self) -> Household:
        return Household.objects.for_user(self.user).get(pk=self.cleaned_data["household"])

    def clean_outcome(self) -> str:
        return str(
            Outcome.NOBODY_HOME if "nobody_home" in self.data else self.cleaned_data["outcome"]
        )

    def save(self) -> HomeVisit | None:
        """The visit, or None when refused."""
        return self.attempt(services.record_visit, by=self.user, **self.cleaned_data)


class CorrectionForm(VisitFields):
    """A visit that was recorded before. Its notes are there for owner and backup only."""

    def __init__(self, *args: Any, user: User, instance: HomeVisit, **kwargs: Any) -> None:
        kwargs["initial"] = {"visitors": [person.pk for person in instance.visitors.all()]}
        super().__init__(*args, user=user, instance=instance, **kwargs)
        if not can_see_notes.test(user, instance):
            del self.fields["next_steps"]

    def layout(self) -> list[Any]:
        return [*self.fields, SAFETY, Submit("save", _("Save"))]

    def save(self) -> HomeVisit | None:
        """The visit as it now is, or None when refused."""
        return self.attempt(
            services.change_visit, visit=self.instance, by=self.user, **self.cleaned_data
        )
