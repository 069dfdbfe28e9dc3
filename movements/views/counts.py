"""How many there are in a movement: its leaders say it once per working year."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.gates import actor, leader_only
from core.errors import Refused, show_refusal
from movements.forms.counts import HeadCountForm
from movements.models import HeadCount
from movements.selectors import movements_led_by, movements_seen_by
from movements.selectors.counts import counts_of, this_working_year


@leader_only
@require_http_methods(["GET", "HEAD", "POST"])
def counts(request: HttpRequest, movement_id: int) -> HttpResponse:
    """The numbers of this working year, and those of the years before; only of one's own group."""
    movements = movements_led_by if request.method == "POST" else movements_seen_by
    movement = get_object_or_404(movements(actor(request)), pk=movement_id)
    year, given = this_working_year(), counts_of(movement)
    count = next((each for each in given if each.working_year == year), None)
    form = HeadCountForm(
        request.POST or None,
        instance=count or HeadCount(movement=movement, working_year=year),
    )
    try:
        if request.method == "POST" and form.is_valid():
            form.save_by(actor(request))
            messages.success(request, _("Saved. Thank you for counting!"))
            return redirect("movements:counts", movement_id)
    except Refused as refusal:
        show_refusal(form, refusal)
    page = {"movement": movement, "form": form, "year": year, "next": year + 1, "given": given}
    return render(request, "movements/counts.html", page)
