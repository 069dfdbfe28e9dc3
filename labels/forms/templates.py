"""The forms of a template: taking one over from a file, and what helps with a point."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.forms import ServiceForm
from core.jobs import Job
from core.translated import TranslatedFormField
from core.uploads import MAX_BYTES, too_large
from labels.models import PlanTemplate, TemplateMaterial
from labels.services.materials import add_material
from labels.services.template_import import keep_file
from labels.template_file import URL_LIMIT, clean_material


def _bytes(file: Any) -> bytes:
    """All of an uploaded file. Raises ValidationError when it is too large."""
    if file.size > MAX_BYTES:
        raise too_large(_("more than %(size)s MB") % {"size": MAX_BYTES // 1024**2})
    data: bytes = file.read()
    return data


class TemplateFileForm(ServiceForm):
    """The file of another city's template."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("The file that the other city downloaded from its own template."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    save_label = gettext_lazy("Show me what will happen")

    def keep(self, by: User) -> Job | None:
        """The file, kept until its owner looked at it; None with everything wrong at the field."""
        file = self.cleaned_data["file"]
        try:
            return keep_file(data=_bytes(file), file_name=file.name, by=by)
        except ValidationError as error:
            self.add_error("file", error)
            return None


class MaterialForm(ServiceForm):
    """A link or a file that helps with a point."""

    point = forms.TypedChoiceField(label=gettext_lazy("Point"), coerce=int)
    title = TranslatedFormField(label=gettext_lazy("Name"))
    url = forms.URLField(
        label=gettext_lazy("Link"),
        required=False,
        max_length=URL_LIMIT,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy("PDF, Word, PowerPoint, OpenDocument or a picture."),
    )
    save_label = gettext_lazy("Add it")

    def __init__(self, *args: Any, template: PlanTemplate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points = {point.number: point for point in template.points.all()}
        choices = [(number, str(self.points[number])) for number in sorted(self.points)]
        self.part("point").choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        url, file = cleaned.get("url"), cleaned.get("file")
        if bool(url) == bool(file) and not {"url", "file"} & set(self.errors):
            self.add_error("url", _("Give a link or a file, one of them."))
        return cleaned

    def clean_file(self) -> Any:
        """The file made harmless, or what is wrong with it."""
        file = self.cleaned_data["file"]
        return clean_material(_bytes(file)) if file else None

    def save(self, by: User) -> TemplateMaterial | None:
        """Add it; None when that is refused."""
        values = {**self.cleaned_data, "point": self.points[self.cleaned_data["point"]]}
        saved: TemplateMaterial | None = self.attempt(add_material, by=by, **values)
        return saved
