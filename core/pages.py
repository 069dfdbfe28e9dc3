"""Pages of our own in the web admin: a list with them behind it, and a page with one form."""

from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.core.cache import cache
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.generic import FormView

from core.admin import LoggedAdmin

SEALED_FOR = 24 * 60 * 60


def seal(request: HttpRequest) -> str:
    """What tells one sending of a form from another: each page that is shown has its own token."""
    token = request.POST.get("csrfmiddlewaretoken", uuid4().hex)
    sent = f"{token} {request.user.pk} {request.get_full_path()} {sorted(request.POST.lists())}"
    return f"sent:{sha256(sent.encode(errors='replace')).hexdigest()}"


def remember_sent(request: HttpRequest) -> None:
    """Note that this sending was done, in the transaction that did it."""
    cache.set(seal(request), request.path, SEALED_FOR)


def was_sent(request: HttpRequest) -> bool:
    """Whether this very sending was done before: a double click, the back button."""
    return cache.get(seal(request)) is not None


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

    The same form sent twice (a double click, the back button) is saved once. Subclasses name
    `form_class`, `template_name`, `title` and what to say once it is saved: `saved_words`, or
    `done(saved)`.
    """

    title: Any = ""
    saved_words: Any = ""
    request: Any

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.seal = seal(request)
        saved_at = cache.get(self.seal)
        return (
            HttpResponseRedirect(saved_at) if saved_at else super().post(request, *args, **kwargs)
        )

    def form_invalid(self, form: Any) -> HttpResponse:
        """Wrong, unless its twin was saved since: then that is what made it wrong."""
        saved_at = cache.get(self.seal)
        return HttpResponseRedirect(saved_at) if saved_at else super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        site = admin.site.each_context(self.request)
        return super().get_context_data(**{**site, "title": self.title, **kwargs})

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Save. The seal is a row in the same transaction: a second sender waits for the first."""
        if not cache.add(self.seal, "", SEALED_FOR):
            return HttpResponseRedirect(cache.get(self.seal) or self.request.path)
        saved = form.save()
        if saved is None:
            cache.delete(self.seal)
            return self.form_invalid(form)
        messages.success(self.request, self.done(saved))
        address = self.next_address(saved)
        cache.set(self.seal, address, SEALED_FOR)
        return HttpResponseRedirect(address)

    def done(self, saved: Any) -> str:
        """What to tell once it is saved; never a name."""
        return str(self.saved_words)

    def next_address(self, saved: Any) -> str:
        """Where to go once it is saved."""
        raise NotImplementedError
