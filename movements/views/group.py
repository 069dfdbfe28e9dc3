"""What the leaders of a movement say about the group itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.gates import actor, leader_only
from core.errors import Refused, show_refusal
from movements.forms.group import GroupForm
from movements.selectors import movements_led_by, movements_seen_by
from movements.selectors.life import life_of


@leader_only
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Mailbox, meeting place, places and waiting list; who may not write reads them."""
    movements = movements_led_by if request.method == "POST" else movements_seen_by
    movement = get_object_or_404(movements(actor(request)), pk=movement_id)
    form = GroupForm(request.POST or None, instance=movement)
    try:
        if request.method == "POST" and form.is_valid():
            form.save_by(actor(request))
            messages.success(request, _("Saved. Thank you for keeping it up to date!"))
            return redirect("movements:group", movement_id)
    except Refused as refusal:
        show_refusal(form, refusal)
    page = {"movement": movement, "form": form, "life": life_of(movement)}
    return render(request, "movements/group.html", page)
