"""Forms of the team for families and the paths of their children."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.calendar import today
from core.forms import DayInput, Fold, ServiceForm, VersionedForm, capitalised
from movements.models import Movement
from recruitment import services
from recruitment.enums import TRANSITIONS, Confirmation, GuidanceRole, Stage, StopReason
from recruitment.models import Guidance, Household, ReasonedLook
from recruitment.rules import can_give_a_reason
from recruitment.selectors import (
    file_rows,
    files_of,
    household_choices,
    possibly_known,
    team,
)

# a page holds no more single choices than this; what is beyond goes to the one for all
MOST_CHOICES = 100


def name_field(label: Any, **options: Any) -> forms.CharField:
    """A name in any script; browsers are asked not to remember it."""
    widget = forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=80, widget=widget, **options)


def birth_year_field() -> forms.IntegerField:
    """The year alone: enough to find a group."""
    return forms.IntegerField(
        label=gettext_lazy("Birth year"),
        min_value=services.OLDEST,
        max_value=2100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "placeholder": "2014"}),
    )


def movement_field(**options: Any) -> forms.ModelChoiceField:
    """A movement that exists today."""
    return forms.ModelChoiceField(
        label=gettext_lazy("Movement"),
        queryset=Movement.objects.none(),
        empty_label="–",
        **options,
    )


def role_field() -> forms.ChoiceField:
    """As what the child joins."""
    return forms.ChoiceField(
        label=gettext_lazy("Joins as"),
        choices=capitalised(GuidanceRole.choices),
        initial=GuidanceRole.PARTICIPANT,
    )


def day_field(label: Any) -> forms.DateField:
    """A day, today unless said otherwise."""
    return forms.DateField(label=label, initial=today, widget=DayInput())


def reason_field(**options: Any) -> forms.CharField:
    """Why a coordinator reads what is a colleague's."""
    return forms.CharField(
        label=gettext_lazy("Why do you need this?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("The owner and the backup read this, with your name and the time."),
        **options,
    )


def grouped_households(user: User) -> list[Any]:
    """Choices of a drop-down: first none, then own households, then the others."""
    groups = {own: rows for own, rows in household_choices(user) if rows}
    labels = {True: _("Mine"), False: _("Of colleagues")}
    return [("", "–"), *((labels[own], rows) for own, rows in groups.items())]


class TeamForm(ServiceForm):
    """A form that knows who fills it in."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        if "movement" in self.fields:
            # the one that is chosen already stays to choose, whatever became of it
            present = Q(pk=self.initial.get("movement"))
            running = Q(pk__in=Movement.objects.running())
            self.part("movement").queryset = Movement.objects.filter(running | present)


class NewChildForm(TeamForm):
    """Asks for a child that may be known already, and says so before it is written twice."""

    first_name = name_field(gettext_lazy("First name"))
    birth_year = birth_year_field()
    another_child = forms.BooleanField(
        label=gettext_lazy("This is another child"), required=False, widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        names = [cleaned.get(name) for name in ("family_name", "first_name", "birth_year")]
        if all(names) and not cleaned.get("household") and not cleaned["another_child"]:
            self._look_for_twins(cleaned)
        return cleaned

    def _look_for_twins(self, cleaned: dict[str, Any]) -> None:
        known = possibly_known(
            family_name=cleaned["family_name"],
            first_name=cleaned["first_name"],
            birth_year=cleaned["birth_year"],
        )
        for child in known[:5]:
            words = {"household": str(child.household), "owner": child.household.owner}
            hint = _(
                "Possibly known already: %(household)s, ask %(owner)s. "
                "Choose it, or tick “This is another child”."
            )
            hint %= words
            self.add_error(None, hint)
            self.fields["another_child"].widget = forms.CheckboxInput()


class MemberForm(NewChildForm):
    """A child became a member: the family, the child, the movement and how we know, in one go."""

    quiet_optional = True

    field_order = ["first_name", "birth_year", "family_name", "household", "another_child"]

    family_name = name_field(gettext_lazy("Family name"), required=False)
    household = forms.TypedChoiceField(
        label=gettext_lazy("Or a known household"),
        required=False,
        empty_value=None,
        help_text=gettext_lazy("For a brother or sister, or a child we guide already."),
    )
    movement = movement_field()
    on = day_field(gettext_lazy("Member since"))
    confirmation = forms.ChoiceField(
        label=gettext_lazy("How we know"),
        choices=capitalised(Confirmation.choices),
        widget=forms.RadioSelect,
    )
    role = role_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part("household").choices = grouped_households(self.user)

    def clean_household(self) -> Household | None:
        number = self.cleaned_data["household"]
        return Household.objects.for_user(self.user).get(pk=number) if number else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not (cleaned.get("family_name") or cleaned.get("household")):
            self.add_error("family_name", _("Give the family name, or choose a household."))
        return cleaned

    def save(self) -> Guidance | None:
        """The path that now ends in "member", or None when refused."""
        fields = {k: v for k, v in self.cleaned_data.items() if k != "another_child"}
        return self.attempt(services.record_member, by=self.user, **fields)


class HouseholdForm(NewChildForm):
    """A new family with its first child, whose path begins."""

    save_label = gettext_lazy("Start")
    field_order = ["family_name", "first_name", "birth_year", "another_child", "role", "on"]

    family_name = name_field(gettext_lazy("Family name"))
    on = day_field(gettext_lazy("First contact on"))
    role = role_field()
    guardian_name = name_field(gettext_lazy("Parent or guardian"), required=False)
    phone = name_field(gettext_lazy("Phone"), required=False)
    address = name_field(gettext_lazy("Address"), required=False)
    language = forms.CharField(
        label=gettext_lazy("Contact language"), max_length=40, required=False
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=gettext_lazy("Only you and your backup read this."),
    )
    backup = forms.ModelChoiceField(
        label=gettext_lazy("Backup"), queryset=User.objects.none(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part("backup").queryset = team().exclude(pk=self.user.pk)

    def layout(self) -> list[Any]:
        *shown, save = super().layout()
        details = ["guardian_name", "phone", "address", "language", "notes", "backup"]
        shown = [name for name in shown if name not in details]
        return [*shown, Fold(_("Contacts and notes"), *details), save]

    def save(self) -> Guidance | None:
        """The path that begins, or None when refused."""
        fields = {k: v for k, v in self.cleaned_data.items() if k != "another_child"}
        return self.attempt(services.take_in, by=self.user, **fields)


class ChildForm(TeamForm):
    """Another child of a known household, whose path begins."""

    save_label = gettext_lazy("Start")

    first_name = name_field(gettext_lazy("First name"))
    birth_year = birth_year_field()
    role = role_field()
    movement = movement_field(required=False)
    on = day_field(gettext_lazy("First contact on"))

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        self.household = household
        super().__init__(*args, **kwargs)

    def save(self) -> Guidance | None:
        """The path that begins, or None when refused."""
        fields = {"household": self.household, **self.cleaned_data}
        return self.attempt(services.take_in, by=self.user, **fields)


class StepForm(TeamForm):
    """The next step of a path: only those that can follow."""

    quiet_optional = True

    stage = forms.ChoiceField(label=gettext_lazy("What happened"), widget=forms.RadioSelect)
    on = day_field(gettext_lazy("On"))
    movement = movement_field(required=False)
    confirmation = forms.ChoiceField(
        label=gettext_lazy("How we know"),
        choices=[("", "–"), *capitalised(Confirmation.choices)],
        required=False,
        help_text=gettext_lazy("Only for a new member."),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why it stopped"),
        choices=[("", "–"), *capitalised(StopReason.choices)],
        required=False,
        help_text=gettext_lazy("Only for a path that stops."),
    )

    def __init__(self, *args: Any, guidance: Guidance, **kwargs: Any) -> None:
        self.guidance = guidance
        kwargs["initial"] = {"movement": guidance.movement_id}
        super().__init__(*args, **kwargs)
        follow = TRANSITIONS[Stage(guidance.stage)]
        self.part("stage").choices = capitalised((s.value, s.label) for s in Stage if s in follow)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("stage") == Stage.MEMBER:
            for name in ("movement", "confirmation"):
                if not cleaned.get(name):
                    self.add_error(name, _("A new member needs this."))
        return cleaned

    def save(self) -> Any:
        """The step, or None when refused."""
        return self.attempt(
            services.record_stage, guidance=self.guidance, by=self.user, **self.cleaned_data
        )


class TakeBackForm(TeamForm):
    """Asks once before the last step goes."""

    save_label = gettext_lazy("Take it back")

    def __init__(self, *args: Any, guidance: Guidance, **kwargs: Any) -> None:
        self.guidance = guidance
        super().__init__(*args, **kwargs)

    def save(self) -> Guidance | None:
        """The path without its last step, or None when refused."""
        return self.attempt(services.take_back_step, guidance=self.guidance, by=self.user)


class DetailsForm(VersionedForm):
    """Names, contacts and notes of a family, for its owner and backup."""

    family_name = name_field(gettext_lazy("Family name"))
    guardian_name = name_field(gettext_lazy("Parent or guardian"), required=False)
    phone = name_field(gettext_lazy("Phone"), required=False)
    address = name_field(gettext_lazy("Address"), required=False)
    language = forms.CharField(
        label=gettext_lazy("Contact language"), max_length=40, required=False
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )

    def __init__(self, *args: Any, user: User, household: Household, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, instance=household, texts=list(services.DETAILS), **kwargs)

    def save(self) -> Household | None:
        """The household as it now is, or None when refused."""
        return self.attempt(
            services.change_household, household=self.instance, by=self.user, **self.cleaned_data
        )


class OwnerForm(TeamForm):
    """Who is responsible for a family, and who steps in."""

    owner = forms.ModelChoiceField(label=gettext_lazy("Owner"), queryset=User.objects.none())
    backup = forms.ModelChoiceField(
        label=gettext_lazy("Backup"), queryset=User.objects.none(), required=False
    )

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        self.household = household
        kwargs["initial"] = {"owner": household.owner_id, "backup": household.backup_id}
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.part(name).queryset = team()
        if can_give_a_reason.test(self.user, household):
            # only for who takes it over, which is to read it
            self.fields["reason"] = reason_field(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("owner") == cleaned.get("backup"):
            self.add_error("backup", _("The backup is somebody else than the owner."))
        return cleaned

    def save(self) -> Household | None:
        """The household with its new owner, or None when refused."""
        fields = {"household": self.household, **self.cleaned_data}
        return self.attempt(services.hand_over_with_reason, by=self.user, **fields)


class ReasonForm(TeamForm):
    """Why a coordinator opens the file of a family that is a colleague's."""

    save_label = gettext_lazy("Open for eight hours")

    reason = reason_field(min_length=services.SHORTEST_REASON)

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        self.household = household
        super().__init__(*args, **kwargs)

    def save(self) -> ReasonedLook | None:
        """The look that opens the file, or None when refused."""
        fields = {"household": self.household, **self.cleaned_data}
        return self.attempt(services.open_with_a_reason, by=self.user, **fields)


class HandOverForm(TeamForm):
    """Who goes on with the files of somebody: one person for all, or another one for some."""

    save_label = gettext_lazy("Hand over")
    quiet_optional = True

    to = forms.ModelChoiceField(
        label=gettext_lazy("Everything goes to"),
        queryset=User.objects.none(),
        empty_label="–",
        help_text=gettext_lazy("Choose another one below for a single family."),
    )

    def __init__(self, *args: Any, leaver: User, **kwargs: Any) -> None:
        self.leaver = leaver
        super().__init__(*args, **kwargs)
        self.part("to").queryset = colleagues = team().exclude(pk=leaver.pk)
        self.numbers = list(files_of(leaver).values_list("pk", flat=True))
        choices = [("", _("as above")), *((person.pk, str(person)) for person in colleagues)]
        for household in file_rows(leaver)[:MOST_CHOICES]:
            self.fields[f"household-{household.pk}"] = forms.TypedChoiceField(
                label=self._label(household),
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
            )

    def _label(self, household: Household) -> str:
        names = ", ".join(child.shown_name for child in household.children.all())
        role = _("owner") if household.owner_id == self.leaver.pk else _("backup")
        return f"{str(household).capitalize()}: {names or '–'} ({role})"

    def save(self) -> int | None:
        """How many files were handed over, or None when refused."""
        chosen = {person.pk: person for person in self.part("to").queryset}
        to = {
            number: chosen.get(
                self.cleaned_data.get(f"household-{number}"), self.cleaned_data["to"]
            )
            for number in self.numbers
        }
        return self.attempt(services.hand_over_files, leaver=self.leaver, to=to, by=self.user)


class FindForm(TeamForm):
    """Words of a name. They go in the body of the request, so that no log keeps them."""

    save_label = gettext_lazy("Find")

    words = name_field(
        gettext_lazy("Name"),
        help_text=gettext_lazy("Whole words of the first or the family name."),
    )
