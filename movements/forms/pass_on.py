"""Forms that pass a team on: who comes next, a link for them, what they fill in, who is taken."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, cast

from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import today
from core.forms import DayInput, Fold, ServiceForm, capitalised
from movements import years
from movements.enums import Function
from movements.models import JoinRequest, Mandate, Movement, TeamLink
from movements.services.pass_on import (
    RefusedLines,
    Successor,
    accept_request,
    ask_to_join,
    make_team_link,
    propose_successors,
    refuse_request,
    void_team_link,
)

ROWS = 5
ADDRESS = re.compile(r"[^\s<>,;()]+@[^\s<>,;()]+")


def next_start() -> date:
    """The next first day of a working year, today included: when most teams change."""
    this_year = years.opens_on(today().year)
    return this_year if this_year >= today() else years.opens_on(today().year + 1)


def _row() -> Iterator[tuple[str, forms.Field]]:
    """The fields of one person."""
    yield "name", forms.CharField(label=_("Name"), max_length=120, required=False)
    yield "email", forms.EmailField(label=_("E-mail address"), required=False)
    yield (
        "function",
        forms.ChoiceField(
            label=_("Function"),
            choices=capitalised(Function.choices),
            required=False,
            initial=Function.LEADER,
        ),
    )
    yield (
        "turns_18_on",
        forms.DateField(
            label=_("Turns 18 on"),
            required=False,
            widget=DayInput(),
            help_text=_("only of somebody who is not 18 yet"),
        ),
    )


class SuccessorsForm(ServiceForm):
    """Who comes next: five rows, or lines pasted from a list; the whole of it or nothing."""

    quiet_optional = True
    starts_on = forms.DateField(label=_("From which day?"), widget=DayInput())
    pasted = forms.CharField(
        label=_("Or paste a list"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One person on each line: name, e-mail address."),
    )

    def __init__(self, *args: Any, decides: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.save_label = _("Invite them") if decides else _("Give these names")
        self.fields["starts_on"].initial = next_start
        # where each person of the list was typed, to say there what is wrong
        self.typed_at: list[tuple[str, int]] = []
        for number in range(1, ROWS + 1):
            for part, field in _row():
                self.fields[f"{part}_{number}"] = field

    def layout(self) -> list[Any]:
        """Each person folds; the first is open, and whoever was typed or is wrong."""
        people = [
            Fold(
                gettext("Person %(number)s") % {"number": number},
                *(f"{part}_{number}" for part, _field in _row()),
                is_open=self.is_open(number),
            )
            for number in range(1, ROWS + 1)
        ]
        pasted = Fold(_("Paste a list"), "pasted", is_open=bool(self["pasted"].value()))
        return ["starts_on", *people, pasted, Submit("save", str(self.save_label))]

    def is_open(self, number: int) -> bool:
        """Whether a row is the first or says something."""
        return number == 1 or any(self[f"{part}_{number}"].value() for part in ("name", "email"))

    def clean(self) -> dict[str, Any]:
        """The people of all rows and lines, in the order in which they stand."""
        cleaned = super().clean() or self.cleaned_data
        people = [*self._from_rows(cleaned), *self._from_lines(cleaned.get("pasted", ""))]
        if not people and not self.errors:
            self.add_error("name_1", gettext("Name at least one person."))
        cleaned["people"] = people
        return cleaned

    def _from_rows(self, cleaned: dict[str, Any]) -> list[Successor]:
        people = []
        for number in range(1, ROWS + 1):
            name, email = cleaned.get(f"name_{number}"), cleaned.get(f"email_{number}")
            if not (name or email):
                continue
            for field, value in (("name", name), ("email", email)):
                if not value and f"{field}_{number}" not in self.errors:
                    self.add_error(
                        f"{field}_{number}", gettext("Name and address belong together.")
                    )
            function = cleaned.get(f"function_{number}") or Function.LEADER
            birthday = cleaned.get(f"turns_18_on_{number}")
            people.append(Successor(name or "", email or "", function, birthday))
            self.typed_at.append((f"email_{number}", 0))
        return people

    def _from_lines(self, pasted: str) -> list[Successor]:
        people = []
        for number, line in enumerate(pasted.splitlines(), start=1):
            if not line.strip():
                continue
            found = ADDRESS.search(line)
            name = ADDRESS.sub("", line, count=1).strip(" \t,;<>()") if found else ""
            if found and name and _is_address(found.group()):
                people.append(Successor(name[:120], found.group()))
                self.typed_at.append(("pasted", number))
            else:
                self._wrong_line(number, gettext("a name and one e-mail address belong here."))
        return people

    def _wrong_line(self, number: int, problem: str) -> None:
        words = {"number": number, "problem": problem}
        self.add_error("pasted", gettext("Line %(number)s: %(problem)s") % words)

    def save(self, movement: Movement, by: User) -> Any:
        """Name them; None when it is refused."""
        people, starts_on = self.cleaned_data["people"], self.cleaned_data["starts_on"]
        return self.attempt(
            propose_successors, movement=movement, people=people, starts_on=starts_on, by=by
        )

    def refused(self, refusal: Exception) -> None:
        if not isinstance(refusal, RefusedLines):
            super().refused(refusal)
            return
        for index, problem in refusal.lines.items():
            field, line = self.typed_at[index]
            if field == "pasted":
                self._wrong_line(line, problem)
            else:
                self.add_error(field, problem)


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


class LinkForm(ServiceForm):
    """From which day the people of a link come into the team."""

    save_label = _("Make a link")
    prefix = "link"
    starts_on = forms.DateField(label=_("From which day?"), widget=DayInput(), initial=next_start)

    def save(self, movement: Movement, by: User) -> Any:
        """The link and its secret; None when it is refused."""
        starts_on = self.cleaned_data["starts_on"]
        return self.attempt(make_team_link, movement=movement, starts_on=starts_on, by=by)


class JoinForm(ServiceForm):
    """Who asks to join a team: a name and an address, and the day somebody turns 18."""

    save_label = _("Ask to join")
    quiet_optional = True
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    turns_18_on = forms.DateField(
        label=_("I turn 18 on"),
        required=False,
        widget=DayInput(),
        help_text=_("Only if you are not 18 yet. On that day we forget it."),
    )

    def save(self, token: str) -> bool:
        """Ask; False when it is refused."""
        self.attempt(ask_to_join, token=token, **self.cleaned_data)
        return not self.errors


class DecisionForm(ServiceForm):
    """Yes, as this; or no."""

    quiet_optional = True
    function = forms.ChoiceField(label=_("Function"), choices=capitalised(Function.choices))
    decision = forms.ChoiceField(choices=[("accept", _("Yes")), ("refuse", _("No"))])

    def __init__(self, *args: Any, instance: JoinRequest, by: User, **kwargs: Any) -> None:
        self.instance, self.by = instance, by
        # several of them stand on one page
        kwargs["auto_id"] = f"request-{instance.pk}-%s"
        kwargs["initial"] = {"function": instance.function, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def save(self) -> Mandate | JoinRequest | None:
        """Take somebody in or not; None when that is refused."""
        given = {"request": self.instance, "by": self.by}
        if self.cleaned_data["decision"] == "refuse":
            return cast(JoinRequest | None, self.attempt(refuse_request, **given))
        function = self.cleaned_data["function"]
        return cast(Mandate | None, self.attempt(accept_request, function=function, **given))


class StopLinkForm(ServiceForm):
    """One button: the link works no more."""

    def __init__(self, *args: Any, instance: TeamLink, by: User, **kwargs: Any) -> None:
        self.instance, self.by = instance, by
        super().__init__(*args, **kwargs)

    def save(self) -> TeamLink | None:
        """Stop it; None when that is refused."""
        return cast(TeamLink | None, self.attempt(void_team_link, link=self.instance, by=self.by))
