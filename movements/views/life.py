"""What happens to a movement, in the web admin: each page says what it does, and asks once."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.gates import staff_only
from core.pages import ServiceFormView
from movements.forms.life import (
    MergeForm,
    PauseForm,
    RenameForm,
    ResumeForm,
    SplitForm,
    StopForm,
    TakeBackForm,
    TargetForm,
)
from movements.models import FormerName, Movement, Pause
from movements.selectors.life import foretold


@method_decorator(staff_only, name="dispatch")
class LifePage(ServiceFormView):
    """A form about one movement; back to its page afterwards."""

    template_name = "admin/movements/movement/life.html"
    said: Any = ()  # what will happen, in sentences
    saved_words = gettext_lazy("Recorded.")

    @cached_property
    def movement(self) -> Movement:
        """The movement of the address."""
        movements = Movement.objects.for_user(self.request.user)
        return get_object_or_404(movements, pk=self.kwargs["movement_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        given = {"movement": self.movement, "by": self.request.user}
        return {**super().get_form_kwargs(), **given}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {"movement": self.movement, "said": self.said}
        return super().get_context_data(**{**page, **kwargs})

    def next_address(self, saved: Any) -> str:
        return reverse("admin:movements_movement_change", args=[self.movement.pk])


class PausePage(LifePage):
    """A period without activities."""

    form_class, title = PauseForm, gettext_lazy("Pause the movement")
    said = (
        gettext_lazy("While it pauses it counts nowhere, and no child is led to it."),
        gettext_lazy("Its team, plan and label stay as they are."),
    )


class ResumePage(LifePage):
    """The end of a pause."""

    form_class, title = ResumeForm, gettext_lazy("The movement runs again")
    said = (gettext_lazy("From this day on it counts again. The pause stays in its history."),)


class RenamePage(LifePage):
    """Another name from a day on."""

    form_class, title = RenameForm, gettext_lazy("Record a new name")
    said = (
        gettext_lazy("The old name stays in its history, and on certificates that were made."),
        gettext_lazy("A typing error is mended on the page of the movement itself."),
    )


class StopPage(LifePage):
    """The last day."""

    form_class, title = StopForm, gettext_lazy("Stop the movement")
    said = (
        gettext_lazy("All mandates end on this day, and so does its coach. Open links are void."),
        gettext_lazy("An open plan rests."),
        gettext_lazy("A label stays valid until you withdraw it on its own page."),
    )


class TakeBackPage(LifePage):
    """A pause or a change of name that was recorded by mistake."""

    form_class, title = TakeBackForm, gettext_lazy("Take it back")
    said = (gettext_lazy("It disappears from the history, as if it never happened."),)
    saved_words = gettext_lazy("Taken back.")
    kind: Any = None

    @cached_property
    def row(self) -> Pause | FormerName:
        """The pause or former name of the address."""
        rows: Any = self.kind.objects.filter(movement=self.movement)
        found: Pause | FormerName = get_object_or_404(rows, pk=self.kwargs["row_id"])
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "row": self.row}


class MergePage(LifePage):
    """First into which movement and when; then what that does, and who goes along."""

    form_class, title = MergeForm, gettext_lazy("Merge the movement into another")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._choose() or super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._choose() or super().post(request, *args, **kwargs)

    def _choose(self) -> HttpResponse | None:
        """The first of the two pages, while nothing or something wrong is chosen."""
        if self.chosen.is_valid():
            return None
        return self.render_to_response(self.get_context_data(form=self.chosen))

    @cached_property
    def chosen(self) -> TargetForm:
        """The movement and the day, in the address or sent along."""
        sent = self.request.POST or self.request.GET
        return TargetForm(sent or None, movement=self.movement, by=self.request.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), **self.chosen.cleaned_data}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not self.chosen.is_valid():
            return super().get_context_data(**kwargs)
        target, on = (self.chosen.cleaned_data[name] for name in ("target", "on"))
        facts = {"target": target, "on": on, "said": foretold(self.movement, target, on)}
        return super().get_context_data(**{**facts, **kwargs})

    def done(self, saved: Any) -> str:
        return _("They are one movement now. Tell both teams.")

    def next_address(self, saved: Any) -> str:
        return reverse("admin:movements_movement_change", args=[saved.target_id])


class SplitPage(LifePage):
    """A new movement comes out of this one."""

    form_class, title = SplitForm, gettext_lazy("Split a new movement off")
    said = (
        gettext_lazy("This movement keeps its plan, label, children and history."),
        gettext_lazy("The new one begins empty, with the same federation and coach."),
    )

    def next_address(self, saved: Any) -> str:
        return reverse("admin:movements_movement_change", args=[saved.pk])
