"""Forms whose valid input goes to a service; what the service refuses is said at the form."""

from collections.abc import Callable, Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refused, Stale, show_refusal


def capitalised(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Choices that stand on a line of their own; the words stay lazy."""
    return [(value, capfirst(label)) for value, label in choices]


class DayInput(forms.DateInput):
    """The browser's own date field; it works without JavaScript."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ManyOf(forms.ModelMultipleChoiceField):
    """Any of some rows; a number that no database can hold is a wrong choice as any other."""

    widget = forms.CheckboxSelectMultiple

    def _check_values(self, value: Any) -> Any:
        try:
            return super()._check_values(value)  # type: ignore[misc]
        except OverflowError as error:  # SQLite; PostgreSQL finds nothing
            choice = {"value": max(value, key=len)}
            message = self.error_messages["invalid_choice"]
            raise ValidationError(message, code="invalid_choice", params=choice) from error


class LongText(forms.CharField):
    """A text with a limit that is told, and not kept by the browser.

    That would cut the end off what somebody pastes, and say nothing.
    """

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without the length."""
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class Fold(Layout):
    """Fields under a heading that opens; open from the start when it is said or one is wrong."""

    def __init__(self, summary: Any, *fields: Any, is_open: bool = False) -> None:
        super().__init__(*fields)
        self.summary, self.is_open = summary, is_open

    def render(
        self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any
    ) -> str:
        inside = self.get_rendered_fields(form, context, template_pack, **kwargs)
        is_open = self.is_open or any(form.errors.get(name) for name in self.fields)
        page = {"summary": self.summary, "inside": inside, "open": is_open}
        return render_to_string("components/fold.html", page)


class ServiceForm(forms.Form):
    """`save()` of a subclass returns `attempt(service, …)`: its result, or None when refused."""

    save_label: Any = gettext_lazy("Save")
    quiet_optional = False  # leaves out the word "(optional)"

    @property
    def helper(self) -> FormHelper:
        """How crispy writes the form; the server checks it, so that all errors come at once."""
        helper = FormHelper()
        helper.attrs = {"novalidate": ""}
        helper.quiet_optional = self.quiet_optional
        helper.layout = Layout(*self.layout())
        return helper

    def part(self, name: str) -> Any:
        """A field, to give it its choices."""
        return self.fields[name]

    def layout(self) -> list[Any]:
        """The parts of the form in their order."""
        return [*self.fields, Submit("save", str(self.save_label))]

    def attempt(self, service: Callable[..., Any], **arguments: Any) -> Any:
        """Call a service. A refusal becomes an error of the form; what was typed stays."""
        try:
            return service(**arguments)
        except (Refused, ValidationError) as refusal:
            self.refused(refusal)
            return None

    def refused(self, refusal: Exception) -> None:
        """Say what was refused."""
        show_refusal(self, refusal)


class VersionedForm(ServiceForm):
    """Edits texts that somebody else may be editing too: the later writer sees both versions."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, instance: Any, texts: list[str], **kwargs: Any) -> None:
        self.instance, self.texts = instance, texts
        present = {name: getattr(instance, name) for name in ("version", *texts)}
        kwargs["initial"] = {**present, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def refused(self, refusal: Exception) -> None:
        super().refused(refusal)
        if isinstance(refusal, Stale):
            self.catch_up()

    def catch_up(self) -> None:
        """Keep what was typed; show beside it what stands there now; saving again then counts."""
        self.instance.refresh_from_db()
        for name in self.texts:
            now = getattr(self.instance, name)
            if name in self.fields and now != self.cleaned_data.get(name):
                self.add_error(name, _("It now says: “%s”. Save to put yours there.") % now)
        sent: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        sent[self.add_prefix("version")] = str(self.instance.version)
        self.data = sent
