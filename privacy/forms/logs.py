"""What to look for in a log. The form travels in the address, so it asks for numbers, not names."""

import re
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.access import people_with
from accounts.enums import ADMIN_USERS, Role
from core.forms import DayInput
from privacy import log_words, logbook

ACTOR = re.compile(r"system|user:[0-9]{1,18}")


class LogForm(forms.Form):
    """Period, person, what was done, and to which record."""

    first = forms.DateField(label=gettext_lazy("From"), required=False, widget=DayInput())
    last = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DayInput())
    who = forms.CharField(label=gettext_lazy("Who"), required=False, widget=forms.Select())
    verb = forms.ChoiceField(label=pgettext_lazy("log", "Did what"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of record"), required=False)
    number = forms.RegexField(
        label=gettext_lazy("Record number"), regex=r"^(\*|[0-9]{1,18})$", required=False
    )

    def __init__(self, data: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        every = [("", _("all"))]
        self._choices("verb", [*every, *log_words.verb_choices()])
        self._choices("kind", [*every, *log_words.kind_choices()])
        self._people(data.get("who", "") if data else "")

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def _people(self, chosen: str) -> None:
        """The team of today; anybody else by a link beside their name."""
        people = [(user.key, user.full_name) for user in people_with(*ADMIN_USERS, Role.ALDERMAN)]
        known = [("", _("everybody")), ("system", _("the system")), *people]
        if chosen and ACTOR.fullmatch(chosen) and chosen not in dict(known):
            names = logbook.names_of([chosen])
            known.append((chosen, names.get(chosen, chosen)))
        field: Any = self.fields["who"]
        field.widget.choices = known

    def clean_who(self) -> str:
        """A key, whether or not its account still exists."""
        who = str(self.cleaned_data["who"])
        if who and not ACTOR.fullmatch(who):
            raise ValidationError(_("Choose somebody from the list."))
        return who

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The end comes before the start."))
        return cleaned

    @property
    def is_period(self) -> bool:
        """Whether it names a period that a file may hold."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        return bool(first and last and (last - first).days < logbook.MOST_DAYS)

    @property
    def helper(self) -> FormHelper:
        """A form whose answer can be kept as an address."""
        helper = FormHelper()
        helper.form_method = "get"
        helper.disable_csrf = True
        helper.quiet_optional = True
        helper.attrs = {"novalidate": ""}
        helper.layout = Layout(
            Div("first", "last", "who", "verb", "kind", "number", css_class="form-line"),
            Submit("", _("Filter")),
        )
        return helper
