"""What a movement writes: the text of a point, its examples, handing the plan in."""

from collections.abc import Callable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from labels import words
from labels.forms.base import PartForm, PointTextForm, text_field
from labels.models import ActionPlan, ActionPoint, Example
from labels.services import plans


class PointForm(PointTextForm):
    """What the movement writes on a point."""

    texts = ("commitment", "progress", "is_done")
    commitment = text_field(_("What are you going to do?"), rows=5)
    progress = text_field(_("How far are you?"), rows=4)
    is_done = forms.BooleanField(label=_("This point is done"), required=False)

    def __init__(self, point: ActionPoint, *args: Any, **kwargs: Any) -> None:
        super().__init__(point, *args, **kwargs)
        asked = words.questions(point)
        for name, question in asked.items():
            self.fields[name].label = question
        self.order_fields([*asked])  # what the label is given for, or why no more, comes first
        if words.tells_why_dropped(point):
            self.fields["progress"].help_text = _("A few words are enough. It is not a must.")
            self.fields["commitment"].help_text = _("If not, leave this empty.")

    def save(self, by: User) -> ActionPoint:
        """Write it. Raises Stale or Refused."""
        values = {name: self.cleaned_data[name] for name in (*self.texts, "version")}
        return plans.save_point(point=self.point, by=by, **values)


NO_LINK = _("This is no link. It looks like https://www.example.com: copy it once more.")


class WebAddressField(forms.URLField):
    """A link of the web, and of nothing else; what is wrong with it is said once."""

    default_validators = [URLValidator(schemes=["http", "https"], message=NO_LINK)]


class ExampleForm(PartForm):
    """What an example has in common, whether a link or a picture."""

    caption = forms.CharField(
        label=_("What do we see?"),
        max_length=200,
        error_messages={"required": _("Say in a few words what we see.")},
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class LinkForm(ExampleForm):
    """A link as an example."""

    field_order = ["url", "caption"]
    url = WebAddressField(
        label=_("Link"),
        assume_scheme="https",
        max_length=200,
        error_messages={"required": _("Paste the link here."), "invalid": NO_LINK},
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )

    def save(self, point: ActionPoint, by: User) -> Example:
        """Add it. Raises Refused."""
        return plans.add_link(point=point, by=by, **self.cleaned_data)


class FileForm(ExampleForm):
    """A file as an example; subclasses say which service takes it."""

    field_order = ["file", "caption"]
    add: Callable[..., Example]

    def save(self, point: ActionPoint, by: User) -> Example:
        """Add it. Raises ValidationError for a file that is not acceptable, or Refused."""
        return type(self).add(point=point, by=by, **self.cleaned_data)


class PictureForm(FileForm):
    """A picture as an example, from a phone's camera or album."""

    add = plans.add_picture
    file = forms.FileField(
        label=_("Picture"),
        error_messages={"required": _("Choose a picture first.")},
        help_text=_("No children whom one can recognise, please. At most 10 MB."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )


class DocumentForm(FileForm):
    """A document as an example, such as a letter to parents."""

    add = plans.add_document
    file = forms.FileField(
        label=_("Document"),
        error_messages={"required": _("Choose a document first.")},
        help_text=_("PDF, Word or OpenDocument, without names of children. At most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.pptx,.odt,.odp"}),
    )


class SubmitForm(PartForm):
    """Handing in, with a word to the youth service."""

    message = text_field(_("Do you want to say something with it?"), rows=3)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.quiet_optional = False
        return helper

    def save(self, plan: ActionPlan, by: User) -> None:
        """Hand in, or answer. Raises Refused."""
        plans.submit_plan(plan=plan, by=by, message=self.cleaned_data["message"])
