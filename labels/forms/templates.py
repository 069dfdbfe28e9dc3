"""The forms of a template: taking one over from a file, and what helps with a point."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.forms import ServiceForm
from core.jobs import Job
from core.seen import seen_form
from core.translated import TranslatedFormField
from core.uploads import MAX_BYTES, too_large
from labels.models import PlanTemplate, TemplateMaterial
from labels.services.materials import add_material, change_material
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
        is_new = isinstance(file, ContentFile)
        one_of_them = bool(url) != is_new or (file and not url)
        if not one_of_them and not {"url", "file"} & set(self.errors):
            self.add_error("url", _("Give a link or a file, one of them."))
        return cleaned

    def clean_file(self) -> Any:
        """The file made harmless, or what is wrong with it; the name of the one that stays."""
        file = self.cleaned_data["file"]
        return clean_material(_bytes(file)) if isinstance(file, UploadedFile) else file

    def save(self, by: User) -> TemplateMaterial | None:
        """Add it; None when that is refused."""
        saved: TemplateMaterial | None = self.attempt(add_material, by=by, **self.values())
        return saved

    def values(self) -> dict[str, Any]:
        """What was typed, for a service."""
        cleaned = self.cleaned_data
        file = cleaned["file"] if isinstance(cleaned["file"], ContentFile) else None
        values = {"title": cleaned["title"], "url": cleaned["url"], "file": file}
        return {"point": self.points[cleaned["point"]], **values}


class _MaterialChange(MaterialForm):
    """One that is there already: without a link and a file its file stays."""

    save_label = gettext_lazy("Save")

    def __init__(self, *args: Any, material: TemplateMaterial, **kwargs: Any) -> None:
        self.instance = material
        fields = {"title": material.title, "url": material.url, "file": material.file.name}
        kwargs["initial"] = {"point": material.point.number, **fields}
        super().__init__(*args, template=material.point.template, **kwargs)
        if material.file:
            self.part("file").label = _("Or another file")

    def save(self, by: User) -> TemplateMaterial | None:
        """Change it; None when that is refused."""
        arguments = {"material": self.instance, "by": by, **self.values()}
        saved: TemplateMaterial | None = self.attempt(change_material, **arguments)
        return saved


MaterialChangeForm = seen_form(_MaterialChange)
