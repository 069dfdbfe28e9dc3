"""The yearly light check on the pages of who leads: are the promises still true?"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.gates import actor, leader_only
from labels.forms.checks import LightCheckForm
from labels.selectors.monitoring import check_page, last_check
from movements.selectors import movements_led_by, movements_seen_by


@leader_only
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, movement_id: int) -> HttpResponse:
    """The promises as they were awarded; one button says that all of it is still true."""
    posted = request.method == "POST"
    movements = movements_led_by if posted else movements_seen_by
    movement: Any = get_object_or_404(movements(actor(request)), pk=movement_id)
    label, asked = check_page(movement)
    if label is None:
        raise Http404
    page: dict[str, Any] = {"movement": movement, "label": label}
    if asked is None and not posted:
        page["last"] = last_check(label)
        return render(request, "labels/leader/checked.html", page)
    form = LightCheckForm(
        request.POST if posted else None, label=label, check=asked, by=actor(request)
    )
    if form.is_valid() and form.save():
        messages.success(request, _("Thank you! We asked, you answered: that was it."))
        return redirect("labels:check", movement_id)
    if asked is None and not form.typed:
        messages.info(request, _("Nothing is asked now: somebody answered already."))
        return redirect("labels:check", movement_id)
    return render(request, "labels/leader/check.html", {**page, "form": form, "check": asked})
