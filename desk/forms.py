"""The form of the front page, and what a calendar is narrowed down by."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import STAFF
from accounts.models import User
from desk.agenda import Kind
from desk.selectors import find_label
from movements.models import Movement


class FindLabelForm(forms.Form):
    """Find a label by the number or the code on its certificate."""

    certificate = forms.CharField(
        label=_("Number or code on the certificate"), max_length=40, strip=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_class = "form-line"
        self.helper.disable_csrf = True
        self.helper.add_input(Submit("", _("Check")))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        typed = cleaned.get("certificate", "")
        label = find_label(typed) if typed else None
        if typed and label is None:
            self.add_error("certificate", _("We do not know this number. Check what you typed."))
        return {**cleaned, "label": label}


class AgendaForm(forms.Form):
    """What a calendar of all movements is narrowed down by; nothing chosen is everything."""

    movement = forms.ModelChoiceField(
        label=_("Group"), queryset=Movement.objects.none(), required=False, empty_label=_("all")
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
        self.fields["movement"].queryset = Movement.objects.all()  # type: ignore[attr-defined]
        self.fields["coach"].queryset = access.people_with(*STAFF)  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_class = "form-line no-print"
        self.helper.disable_csrf = True
        self.helper.quiet_optional = True
        self.helper.add_input(Submit("", _("Show")))

    def movements(self) -> Any:
        """The movements that were asked for; all when what was asked makes no sense."""
        chosen = self.cleaned_data if self.is_valid() else {}
        found = Movement.objects.order_by("name", "pk")
        if chosen.get("movement"):
            found = found.filter(pk=chosen["movement"].pk)
        if chosen.get("coach"):
            found = found.with_coach().filter(coach_id=chosen["coach"].pk)  # type: ignore[misc]
        return found
