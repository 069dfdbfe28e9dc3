"""Pages of our own in the web admin: a list with them behind it, and a page with one form."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.generic import FormView

from core.admin import LoggedAdmin


class PagesAdmin(LoggedAdmin):
    """A logged list with pages of our own behind it; who may not see the list finds nothing.

    Subclasses give `add_page(request)` and `change_page(request, number)`, which log by themselves.
    """

    add_page: Any
    change_page: Any

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        if not self.has_view_permission(request):
            raise Http404
        return super().changelist_view(request, extra_context)

    def lookup_allowed(self, lookup: str, value: Any, request: Any) -> bool:
        """Only what a filter of the list asks; Django would allow every field."""
        asked = {getattr(chosen, "parameter_name", chosen) for chosen in self.list_filter}
        return lookup.removesuffix("__exact") in asked

    def add_view(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return type(self).add_page(request)

    def change_view(self, request: Any, object_id: str, *args: Any, **kwargs: Any) -> Any:
        if not object_id.isdecimal():
            raise Http404
        return type(self).change_page(request, number=int(object_id))

    def delete_view(self, request: Any, object_id: str, extra_context: Any = None) -> Any:
        raise Http404


class ServiceFormView(FormView):
    """Shows the form, and again with what was typed while something is wrong or refused.

    Subclasses name `form_class`, `template_name` and `title`, and may give `done(saved)`.
    """

    title: Any = ""
    request: Any

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        site = admin.site.each_context(self.request)
        return super().get_context_data(**{**site, "title": self.title, **kwargs})

    def form_valid(self, form: Any) -> HttpResponse:
        saved = form.save()
        if saved is None:
            return self.form_invalid(form)
        messages.success(self.request, self.done(saved))
        return HttpResponseRedirect(self.next_address(saved))

    def done(self, saved: Any) -> str:
        """What to tell once it is saved; never a name."""
        raise NotImplementedError

    def next_address(self, saved: Any) -> str:
        """Where to go once it is saved."""
        raise NotImplementedError
