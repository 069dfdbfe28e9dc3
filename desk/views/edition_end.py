"""The handover of a whole edition: who looks after what falls due when it is over."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.gates import actor, staff_only
from accounts.rules import is_coordinator
from core.calendar import today
from core.pages import ServiceFormView
from core.pdf import render_pdf
from desk.edition_end import rows
from desk.forms import EndOfEditionForm
from programmes.models import Edition

PER_PAGE = 50
ON_PAPER = 500  # groups; a paper of thousands takes longer than anybody waits


def _edition() -> Edition:
    edition = Edition.objects.current()
    if edition is None:
        raise Http404
    return edition


class EndOfEdition(ServiceFormView):
    """What goes on, group by group; the coordinator gives several of them a coach who stays."""

    form_class = EndOfEditionForm
    template_name = "desk/edition_end.html"
    title = _("Handover of the edition")

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_coordinator(actor(request)):
            raise Http404
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        self.edition = _edition()
        return super().get_form_kwargs() | {"edition": self.edition, "by": actor(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = super().get_context_data(**kwargs)
        found, chosen = page["form"].rows, page["form"]["movements"].value() or []
        shown = Paginator(found, PER_PAGE).get_page(self.request.GET.get("page"))
        return page | {
            "edition": self.edition,
            "rows": shown.object_list,
            "page_obj": shown,
            "chosen": chosen,
            "open": sum(not row.has_owner for row in found),
            "decides": is_coordinator(actor(self.request)),
        }

    def done(self, saved: int) -> str:
        text = ngettext("%d group has a new coach.", "%d groups have a new coach.", saved)
        return text % saved

    def next_address(self, saved: int) -> str:
        return reverse("desk:edition_end")


page = staff_only(EndOfEdition.as_view())


@staff_only
@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """The same as a PDF."""
    edition = _edition()
    found = rows(edition)
    shown = {"rows": found[:ON_PAPER], "left": len(found[ON_PAPER:])}
    context = {"edition": edition, "day": today(), **shown}
    pdf = render_pdf(render_to_string("pdf/edition_end.html", context))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="edition.pdf"'
    return response
