"""Forms for what the privacy officer does with a record: correct it, erase it."""

from typing import Any

from crispy_forms.bootstrap import StrictButton
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.forms import ServiceForm
from core.seen import seen_form
from core.subjects import Kind
from privacy.models import RequestSubject
from privacy.services import answers
from privacy.services.effects import Line

LONG = {"notes"}  # more than a line, also when nothing is kept yet


def _plain(value: Any) -> Any:
    """Text with the line ends that are kept, not with those that a browser sends."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


class EraseForm(ServiceForm):
    """The number of the request, typed: nobody erases by a slip of the hand."""

    number = forms.IntegerField(
        label=gettext_lazy("Number of the request"),
        help_text=gettext_lazy("Type it to confirm. Nobody can undo this."),
    )

    def __init__(self, *args: Any, user: User, subject: RequestSubject, **kwargs: Any) -> None:
        self.user, self.subject = user, subject
        super().__init__(*args, **kwargs)

    def layout(self) -> list[Any]:
        erase = StrictButton(_("Erase this person"), type="submit", css_class="btn-danger")
        return ["number", erase]

    def save(self) -> list[Line] | None:
        """What was done, or None when refused."""
        return self.attempt(
            answers.erase,
            subject=self.subject,
            number=self.cleaned_data["number"],
            by=self.user,
        )


class _CorrectForm(ServiceForm):
    """The fields of a kind that can be corrected, filled with what is kept."""

    def __init__(
        self, *args: Any, user: User, subject: RequestSubject, kind: Kind, person: Any, **kw: Any
    ) -> None:
        self.user, self.subject, self.kind, self.instance = user, subject, kind, person
        kw["initial"] = {name: getattr(person, name) for name in kind.corrected}
        super().__init__(*args, **kw)
        self.fields |= {name: self._field(name) for name in kind.corrected}

    def _field(self, name: str) -> forms.Field:
        column: Any = self.kind.table._meta.get_field(name)
        field: forms.Field = column.formfield()
        if isinstance(field.widget, forms.Textarea):
            # every encrypted column is a long text to Django; a line of input would join lines
            long = name in LONG or "\n" in str(getattr(self.instance, name))
            widget = forms.Textarea(attrs={"rows": 4}) if long else forms.TextInput()
            widget.attrs["dir"] = "auto"
            field.widget = widget
        return field

    def save(self) -> RequestSubject | None:
        """The record that was corrected, or None when refused."""
        values = {name: _plain(self.cleaned_data[name]) for name in self.kind.corrected}
        return self.attempt(answers.correct, subject=self.subject, values=values, by=self.user)


# whoever has the record open at the same moment is not overwritten unseen
CorrectForm = seen_form(_CorrectForm)
