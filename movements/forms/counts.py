"""How many there are in a movement."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.seen import seen_form
from movements.forms.base import ErrorsAtFields
from movements.models import HeadCount
from movements.selectors.counts import this_working_year
from movements.services.counts import COUNT_FIELDS, give_head_count

# the largest groups of the country have some 700; more is a slip of the finger
AT_MOST = 2000


class _Counted(ErrorsAtFields):
    """Who gave it is whoever sends the form: the service says so."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"members", "leaders", "estimate"} & set(self.fields):
            self.fields[name].validators.append(MaxValueValidator(AT_MOST))

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"given_by"}


class _HeadCount(_Counted):
    """Members, leaders, and an estimate that a movement may keep to itself."""

    class Meta:
        model = HeadCount
        fields = COUNT_FIELDS
        labels = {
            "members": gettext_lazy("How many members you have"),
            "leaders": gettext_lazy("How many leaders you have"),
            "estimate": gettext_lazy("How many of your members have a migration background"),
            "declined": gettext_lazy("We rather do not say"),
        }
        help_texts = {
            "members": gettext_lazy("Children and young people, leaders not counted."),
            "estimate": gettext_lazy(
                "Your own estimate: they, or one of their parents, were born in another country. "
                "Ask nobody, and write down no names."
            ),
        }
        widgets = {
            name: forms.NumberInput(attrs={"inputmode": "numeric"})
            for name in ("members", "leaders", "estimate")
        }

    @property
    def helper(self) -> FormHelper:
        """How crispy writes the form; the server checks it, so that all errors come at once."""
        helper = FormHelper()
        helper.attrs = {"novalidate": ""}
        helper.add_input(Submit("save", _("Save")))
        return helper

    def save_by(self, user: User) -> HeadCount:
        """Write it. Raises Refused as the service does."""
        count = self.instance
        new: dict[str, Any] = {name: self.cleaned_data[name] for name in COUNT_FIELDS}
        return give_head_count(
            movement=count.movement,
            working_year=count.working_year,
            by=user,
            seen=count if count.pk else None,
            **new,
        )


HeadCountForm = seen_form(_HeadCount)


class StaffHeadCountForm(_Counted):
    """The same for the youth service, which also says of which movement and year."""

    class Meta:
        model = HeadCount
        fields = ("movement", "working_year", *COUNT_FIELDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "working_year" in self.fields:
            self.fields["working_year"].initial = this_working_year()
