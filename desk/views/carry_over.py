"""The plans that go along into the next edition: one look, one press."""

from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.gates import actor, coordinator_only
from accounts.models import User
from core.forms import ServiceForm
from core.pages import ServiceFormView
from labels.selectors.register import labels_valid
from labels.services.editions import carry_over_plans, plans_to_carry_over
from programmes.models import Edition


class CarryOverForm(ServiceForm):
    """Moves the plans that were seen; each has its number in the form."""

    save_label = _("Move them to this edition")
    plans = forms.MultipleChoiceField(
        widget=forms.MultipleHiddenInput,
        error_messages={
            "required": _("There is no plan to move."),
            "invalid_choice": _("Somebody decided on one of these plans meanwhile. Look again."),
        },
    )

    def __init__(self, *args: Any, edition: Edition, by: User, **kwargs: Any) -> None:
        self.edition, self.by = edition, by
        self.rows = list(plans_to_carry_over(edition))
        numbers = [str(plan.pk) for plan in self.rows]
        super().__init__(*args, **kwargs)
        self.initial["plans"] = numbers
        self.part("plans").choices = [(number, number) for number in numbers]

    def clean(self) -> dict[str, Any]:
        """What is wrong with the numbers is said above the form: nobody sees their field.

        The page then shows the plans of now, and the next press is about those.
        """
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for text in self.errors.pop("plans", []):
            self.add_error(None, text)
            sent: Any = self.data
            self.data = sent = sent.copy()
            sent.setlist("plans", self.initial["plans"])
        return data

    def save(self) -> int | None:
        """The number of plans that moved; None when it was refused."""
        numbers = [int(number) for number in self.cleaned_data["plans"]]
        moved: int | None = self.attempt(
            carry_over_plans, edition=self.edition, plans=numbers, by=self.by
        )
        return moved


@method_decorator(coordinator_only, name="dispatch")
class CarryOver(ServiceFormView):
    """What goes on by itself, and the plans that a coordinator takes along."""

    form_class, title = CarryOverForm, _("Plans of an earlier edition")
    template_name = "desk/carry_over.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        edition = Edition.objects.current()
        if edition is None:
            raise Http404
        self.edition = edition
        return {**super().get_form_kwargs(), "edition": edition, "by": actor(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = super().get_context_data(**kwargs)
        rows = page["form"].rows
        return page | {"edition": self.edition, "rows": rows, "labels": labels_valid().count()}

    def done(self, saved: int) -> str:
        return ngettext("%d plan moved along.", "%d plans moved along.", saved) % saved

    def next_address(self, saved: int) -> str:
        return reverse("desk:carry_over")


page = CarryOver.as_view()
