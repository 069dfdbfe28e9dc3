"""What the forms about one label in the web admin have in common."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from accounts.gates import actor
from core.pages import ServiceFormView
from labels.models import Label


class LabelFormView(ServiceFormView):
    """A form about the label of the address, which whoever asks may see."""

    @cached_property
    def label(self) -> Label:
        """The label of the address."""
        labels = Label.objects.for_user(actor(self.request)).with_facts()
        return get_object_or_404(labels, pk=self.kwargs["label_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "label": self.label, "by": actor(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"label": self.label, **kwargs})
