"""The register of processing activities (GDPR, article 30), to read and on paper."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from privacy import register
from privacy.views.desk import desk_only, desk_page


@desk_only
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What is kept about whom, what for, who sees it and for how long."""
    return desk_page(
        request,
        "privacy/register.html",
        _("Register of processing activities"),
        register=register.assemble(),
        languages=settings.LANGUAGES,
    )


@desk_only
@require_safe
def paper(request: HttpRequest, language: str) -> HttpResponse:
    """The same as a PDF."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    response = HttpResponse(register.pdf(language), content_type="application/pdf")
    name = f"register-{language}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
