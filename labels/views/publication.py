"""The page on which a movement says which reasons everybody may read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.gates import actor, leader_only
from core.errors import Refused, show_refusal
from labels.forms.publication import PublicationForm
from labels.models import Label
from movements.rules import runs_team
from movements.selectors import movements_led_by, movements_seen_by


@leader_only
@require_http_methods(["GET", "HEAD", "POST"])
def reasons(request: HttpRequest, movement_id: int, label_id: int) -> HttpResponse:
    """Why the label was awarded, each reason with a tick; who does not decide it reads."""
    user = actor(request)
    movements = movements_led_by if request.method == "POST" else movements_seen_by
    movement = get_object_or_404(movements(user), pk=movement_id)
    labels = Label.objects.select_related("decision__plan__edition")
    label = get_object_or_404(labels, pk=label_id, movement=movement)
    form = PublicationForm(request.POST if request.method == "POST" else None, label=label)
    try:
        if form.is_bound and form.is_valid():
            form.save(user)
            messages.success(request, _saved(form))
            return redirect(request.path)
    except Refused as refusal:
        show_refusal(form, refusal)
    page = {"movement": movement, "label": label, "form": form, "public": set(form.public)}
    page["choice"] = form.choice
    page["may_choose"] = runs_team(user, movement)
    return render(request, "labels/leader/reasons.html", page)


def _saved(form: PublicationForm) -> str:
    if form.cleaned_data["numbers"]:
        return _("Saved. This is what everybody can read now.")
    return _("Saved. Only your group and the youth service read why. You can change it any time.")
