"""Forms of the team page: one's own details, the whole team at once, and stopping."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import today
from core.errors import Refused, show_refusal
from core.forms import capitalised
from core.seen import SeenField, seen_form
from movements.enums import Function
from movements.forms.base import ErrorsAtFields, date_widget, inner_helper
from movements.models import Mandate, Movement
from movements.services import change_own_contact, change_team, stop_leading
from movements.services.pass_on import Successor
from movements.services.team import OWN_FIELDS, TeamChange


class _Contact(ErrorsAtFields):
    class Meta:
        model = Mandate
        fields = OWN_FIELDS
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = inner_helper()
        self.before = {name: self.initial[name] for name in OWN_FIELDS}
        if self.instance.turns_18_on and self.instance.turns_18_on > today():
            del self.fields["phone"]  # of somebody under 18 we keep none

    def save_for(self, movement: Movement, by: User) -> None:
        """Write it. Raises Refused as the service does."""
        new = {name: self.cleaned_data.get(name, "") for name in OWN_FIELDS}
        change_own_contact(movement=movement, by=by, seen=self.before, **new)


ContactForm = seen_form(_Contact)


class MemberForm(forms.Form):
    """One person of the team in the page that changes several at once.

    What its user saw travels along, field by field: what somebody else changed meanwhile stays,
    unless this user changed the same field; then both are shown, and saving again counts.
    """

    function = forms.ChoiceField(label=_("Function"), choices=capitalised(Function.choices))
    ends_on = forms.DateField(label=_("Last day"), required=False, widget=date_widget())
    stopped = forms.BooleanField(label=_("Has stopped: end it now"), required=False)
    saw_function = SeenField(required=False)
    saw_ends_on = SeenField(required=False)

    def __init__(self, mandate: Mandate, data: QueryDict | None, *, is_own: bool) -> None:
        self.mandate = mandate
        self.now = {"function": mandate.function, "ends_on": mandate.ends_on}
        seen = {f"saw_{name}": self._written(value) for name, value in self.now.items()}
        super().__init__(data, prefix=f"m{mandate.pk}", initial={**self.now, **seen})
        self.helper = inner_helper()
        if is_own:
            del self.fields["stopped"]  # there is a page for it, which says thanks

    @staticmethod
    def _written(value: Any) -> str:
        return str(value or "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        last_day = cleaned.get("ends_on")
        if last_day and last_day < self.mandate.starts_on:
            self.add_error("ends_on", gettext("The end comes before the start."))
        for name, now in self.now.items():
            if name in cleaned:
                self._merge(cleaned, name, now)
        return cleaned

    def _merge(self, cleaned: dict[str, Any], name: str, now: Any) -> None:
        typed, saw = self._written(cleaned[name]), cleaned.get(f"saw_{name}", "")
        if typed == saw:
            cleaned[name] = now
        elif self._written(now) not in (saw, typed):
            self._catch_up(name, now)

    def _catch_up(self, name: str, now: Any) -> None:
        words = dict(Function.choices).get(now, now) or gettext("no last day")
        text = gettext("Somebody changed this in the meantime.") + " "
        text += gettext("It now says: “%s”. Save to put yours there.") % words
        self.add_error(name, text)
        sent: Any = self.data
        data = sent.copy()
        data[self.add_prefix(f"saw_{name}")] = self._written(now)
        self.data = data

    def change(self) -> TeamChange | None:
        """What the service is asked; None when nothing changes."""
        new = {name: self.cleaned_data[name] for name in self.now}
        stopped = self.cleaned_data.get("stopped", False)
        if new == self.now and not stopped:
            return None
        return TeamChange(self.mandate.pk, self.now, new["function"], new["ends_on"], stopped)


class TeamForm:
    """A form for each person of the team; all of it is saved, or nothing."""

    def __init__(
        self, movement: Movement, by: User, team: list[Mandate], data: QueryDict | None = None
    ) -> None:
        self.movement, self.by = movement, by
        self.errors: list[str] = []
        posted = None if data is None else set(data.getlist("who"))
        self.rows = [
            # who joined since the page was opened has no row in what was sent
            MemberForm(
                mandate,
                data if posted and str(mandate.pk) in posted else None,
                is_own=mandate.user_id == by.pk,
            )
            for mandate in team
        ]
        if posted and posted - {str(mandate.pk) for mandate in team}:
            text = gettext("Somebody left the team in the meantime. Look again, then save.")
            self.errors.append(text)

    @property
    def failed(self) -> bool:
        """Whether something was sent and not saved."""
        return bool(self.errors) or any(row.errors for row in self.rows)

    def save(self) -> bool:
        """Whether all was saved; if not, the rows say why."""
        sent = [row for row in self.rows if row.is_bound]
        wrong = [row for row in sent if not row.is_valid()]
        if wrong or self.errors:
            return False
        changes = [change for row in sent if (change := row.change())]
        try:
            change_team(movement=self.movement, changes=changes, by=self.by)
        except Refused as refusal:
            self.errors.append(refusal.message)
            return False
        return True


class StopForm(forms.Form):
    """One's last day, and perhaps who takes over."""

    last_day = forms.DateField(
        label=_("Your last day"),
        widget=date_widget(),
        help_text=_("Until that day you can do everything as now."),
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    turns_18_on = forms.DateField(
        label=_("Turns 18 on"),
        required=False,
        widget=date_widget(),
        help_text=_("Only for somebody who is not 18 yet."),
    )

    def __init__(self, *args: Any, mandate: Mandate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mandate = mandate
        self.helper = inner_helper()
        self.fields["last_day"].initial = min(mandate.last_day, today())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("name")) != bool(cleaned.get("email")) and not self.errors:
            missing = "email" if cleaned.get("name") else "name"
            self.add_error(missing, gettext("Give a name and an address, or leave both empty."))
        return cleaned

    def save(self, by: User) -> bool:
        """Whether it was written; if not, the form says why."""
        values = self.cleaned_data
        successor = None
        if values["name"]:
            function, birthday = self.mandate.function, values["turns_18_on"]
            successor = Successor(values["name"], values["email"], function, birthday)
        try:
            stop_leading(
                movement=self.mandate.movement,
                by=by,
                last_day=values["last_day"],
                successor=successor,
            )
        except Refused as refusal:
            show_refusal(self, refusal)
            return False
        return True
