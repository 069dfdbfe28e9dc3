"""What happens to a movement: each form says the day from which it holds."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import today
from core.forms import DayInput, ManyOf, ServiceForm
from movements.models import FormerName, Mandate, Movement, Pause
from movements.selectors.life import may_go_along
from movements.services import life, mergers

# a mistyped year is told at the field; years are counted with before and after these
SENSIBLE = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2199, 12, 31))]


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day, today unless said otherwise."""
    if options.get("required", True):
        options["initial"] = today
    return forms.DateField(label=label, widget=DayInput(), validators=SENSIBLE, **options)


class LifeForm(ServiceForm):
    """A form about one movement."""

    quiet_optional = True

    def __init__(self, *args: Any, movement: Movement, by: User, **kwargs: Any) -> None:
        self.movement, self.by = movement, by
        super().__init__(*args, **kwargs)


class PauseForm(LifeForm):
    """A period without activities."""

    save_label = _("Record the pause")

    starts_on = day_field(_("First day of the pause"))
    ends_on = day_field(
        _("Last day of the pause"), required=False, help_text=_("Empty: we do not know yet.")
    )

    def save(self) -> Pause | None:
        """The pause, or None when refused."""
        return self.attempt(
            life.pause_movement, movement=self.movement, by=self.by, **self.cleaned_data
        )


class ResumeForm(LifeForm):
    """The end of a pause."""

    save_label = _("It runs again")

    on = day_field(_("First day after the pause"))

    def save(self) -> Movement | None:
        """The movement, or None when refused."""
        return self.attempt(
            life.resume_movement, movement=self.movement, by=self.by, **self.cleaned_data
        )


class RenameForm(LifeForm):
    """Another name from a day on."""

    save_label = _("Record the new name")

    name = forms.CharField(label=_("New name"), max_length=120)
    on = day_field(_("First day with this name"))

    def save(self) -> Movement | None:
        """The movement, or None when refused."""
        return self.attempt(
            life.rename_movement, movement=self.movement, by=self.by, **self.cleaned_data
        )


class StopForm(LifeForm):
    """The last day."""

    save_label = _("Stop the movement")

    on = day_field(_("Last day"))

    def save(self) -> Movement | None:
        """The movement, or None when refused."""
        return self.attempt(
            life.stop_movement, movement=self.movement, by=self.by, **self.cleaned_data
        )


class TakeBackForm(LifeForm):
    """Asks once before a pause or a change of name goes."""

    save_label = _("Take it back")

    def __init__(self, *args: Any, row: Pause | FormerName, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)

    def save(self) -> Movement | None:
        """The movement, or None when refused."""
        if isinstance(self.row, Pause):
            self.attempt(life.take_back_pause, pause=self.row, by=self.by)
            return self.movement
        return self.attempt(life.take_back_name, former=self.row, by=self.by)


class GoingField(ManyOf):
    """Which leaders go along, with their function."""

    def label_from_instance(self, mandate: Mandate) -> str:
        return f"{mandate.name}, {mandate.get_function_display()}"


def _numbers(mandates: Any) -> list[int]:
    return [mandate.pk for mandate in mandates]


class TargetForm(LifeForm):
    """Into which movement, and from when; nothing is written yet."""

    save_label = _("Show me what will happen")

    target = forms.ModelChoiceField(label=_("Goes into"), queryset=Movement.objects.none())
    on = day_field(
        _("First day of the new time"), help_text=_("The day before is its last day of its own.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part("target").queryset = Movement.objects.existing().exclude(pk=self.movement.pk)

    @property
    def helper(self) -> Any:
        """Sent as questions in the address: a page that only shows."""
        helper = super().helper
        helper.form_method = "get"
        return helper


class MergeForm(TargetForm):
    """The same once more, with who goes along."""

    save_label = _("Merge them")

    going = GoingField(
        label=_("Who leads on there"),
        queryset=Mandate.objects.none(),
        required=False,
        help_text=_("Who is not ticked stops leading. Somebody who leads there already stays so."),
    )

    def __init__(self, *args: Any, target: Movement, on: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"target": target, "on": on}
        super().__init__(*args, **kwargs)
        for name in ("target", "on"):
            self.part(name).widget = self.part(name).hidden_widget()
        going = self.part("going")
        going.queryset = may_go_along(self.movement, on)
        going.initial = _numbers(going.queryset)

    @property
    def helper(self) -> Any:
        """This one writes."""
        helper = super().helper
        helper.form_method = "post"
        return helper

    def save(self) -> Any:
        """What happened, or None when refused."""
        found = self.cleaned_data
        return self.attempt(
            mergers.merge_movements,
            source=self.movement,
            target=found["target"],
            on=found["on"],
            going=_numbers(found["going"]),
            by=self.by,
        )


class SplitForm(LifeForm):
    """The new movement, and who goes along."""

    save_label = _("Split them")

    name = forms.CharField(label=_("Name of the new movement"), max_length=120)
    code = forms.CharField(label=_("Its number at the federation"), max_length=20, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=10, required=False)
    municipality = forms.CharField(label=_("Municipality"), max_length=80, required=False)
    on = day_field(_("First day of the new movement"))
    going = GoingField(
        label=_("Who goes along"),
        queryset=Mandate.objects.none(),
        required=False,
        help_text=_("They lead the new movement from that day on, and this one no more."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("postcode", "municipality"):
            self.part(name).initial = getattr(self.movement, name)
        self.part("going").queryset = may_go_along(self.movement, today())

    def save(self) -> Movement | None:
        """The new movement, or None when refused."""
        data = {**self.cleaned_data, "going": _numbers(self.cleaned_data["going"])}
        same = {name: getattr(self.movement, name) for name in ("federation", "language")}
        return self.attempt(
            mergers.split_movement, source=self.movement, by=self.by, **same, **data
        )
