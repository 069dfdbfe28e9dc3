"""What lists of the admin are asked by who types an address or makes a form of their own."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseRedirect
from django.utils.translation import gettext as _


class AskedAdmin(admin.ModelAdmin):
    """Takes odd filters and odd choices for what they are, where Django would fail."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list; of a filter that is wrong it is said so, and the list comes without any."""
        try:
            return super().get_changelist_instance(request)
        except (IncorrectLookupParameters, OverflowError) as error:  # too large a number, on SQLite
            if ERROR_FLAG not in request.GET:
                messages.error(request, _("There is no such filter. This is the whole list."))
            raise IncorrectLookupParameters from error

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """As Django, without ranges: it would ask the database for one that has no end."""
        return not lookup.endswith("__range") and super().lookup_allowed(lookup, value, request)

    def response_action(
        self, request: HttpRequest, queryset: models.QuerySet, *args: Any, **kwargs: Any
    ) -> Any:
        """Do it to what was chosen, unless that is no list of records at all."""
        try:
            for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.clean(chosen, None)
        except ValidationError:
            messages.error(request, _("What you chose is not in this list. Choose again."))
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset, *args, **kwargs)
