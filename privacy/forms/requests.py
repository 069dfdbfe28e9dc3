"""Forms of the privacy officer for requests of people about their data."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.calendar import today
from core.forms import DayInput, ServiceForm, VersionedForm, capitalised
from privacy.enums import RequestOutcome, Right
from privacy.models import SubjectRequest
from privacy.services import requests

CHOSEN = re.compile(r"([a-z]+\.[a-z]+):([0-9]{1,18})")


def note_field() -> forms.CharField:
    """What was asked and agreed, encrypted."""
    return forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=gettext_lazy("What was asked and agreed. It goes along to the person."),
    )


def identity_field() -> forms.BooleanField:
    """Without it nothing is handed out, changed or erased."""
    return forms.BooleanField(
        label=gettext_lazy("We know that it is this person"),
        required=False,
        help_text=gettext_lazy("By a call, a visit, or an answer from the address that is kept."),
    )


class OfficerForm(ServiceForm):
    """A form that knows who fills it in."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)


class StartForm(OfficerForm):
    """Somebody asked for a right."""

    right = forms.ChoiceField(
        label=gettext_lazy("What is asked"),
        choices=capitalised(Right.choices),
        widget=forms.RadioSelect,
    )
    received_on = forms.DateField(
        label=gettext_lazy("Received on"), initial=today, widget=DayInput()
    )
    identity_checked = identity_field()
    note = note_field()

    def save(self) -> SubjectRequest | None:
        """The new request, or None when refused."""
        return self.attempt(requests.start_request, by=self.user, **self.cleaned_data)


class ChangeForm(VersionedForm):
    """What is known about a request."""

    due_on = forms.DateField(
        label=gettext_lazy("Answer before"),
        widget=DayInput(),
        help_text=gettext_lazy(
            "A month after the request. Two months more when it is complex; tell the person why."
        ),
    )
    identity_checked = identity_field()
    note = note_field()

    def __init__(self, *args: Any, user: User, asked: SubjectRequest, **kwargs: Any) -> None:
        self.user = user
        kwargs["initial"] = {"due_on": asked.due_on, "identity_checked": asked.identity_checked}
        super().__init__(*args, instance=asked, texts=["note"], **kwargs)

    def save(self) -> SubjectRequest | None:
        """The request as it now is, or None when refused."""
        return self.attempt(
            requests.change_request, request=self.instance, by=self.user, **self.cleaned_data
        )


class FindForm(ServiceForm):
    """Words of a name. They go in the body of the request, so that no log keeps them."""

    save_label = gettext_lazy("Find")

    words = forms.CharField(
        label=gettext_lazy("Name or e-mail address"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        help_text=gettext_lazy("Of families, children and storytellers: whole words."),
    )


class NameForm(forms.Form):
    """Records that were ticked: which of those that were found are this person."""

    def __init__(self, data: Any, *, user: User, asked: SubjectRequest) -> None:
        self.user, self.asked = user, asked
        super().__init__(data)

    def clean(self) -> dict[str, Any]:
        sent: Any = self.data  # a QueryDict
        ticked = [CHOSEN.fullmatch(value) for value in sent.getlist("chosen")]
        if not ticked or not all(ticked):
            raise forms.ValidationError(_("Tick at least one record."))
        return {"people": [(match[1], int(match[2])) for match in ticked if match]}

    def save(self) -> Any:
        """The records that are named, or a ValidationError as the form's."""
        return requests.name_subjects(
            request=self.asked, by=self.user, people=self.cleaned_data["people"]
        )


class CloseForm(OfficerForm):
    """The answer."""

    save_label = gettext_lazy("Close the request")

    outcome = forms.ChoiceField(
        label=gettext_lazy("How it ended"),
        choices=capitalised(RequestOutcome.choices),
        widget=forms.RadioSelect,
    )
    refusal = forms.CharField(
        label=gettext_lazy("Why it is refused"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("Only for a refusal. The person gets to read it."),
    )

    def __init__(self, *args: Any, asked: SubjectRequest, **kwargs: Any) -> None:
        self.asked = asked
        super().__init__(*args, **kwargs)

    def save(self) -> SubjectRequest | None:
        """The closed request, or None when refused."""
        return self.attempt(
            requests.close_request, request=self.asked, by=self.user, **self.cleaned_data
        )
