"""What a leader sees of a change of team: on one page what was promised, notes, the signature."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.gates import actor, leader_only
from accounts.models import User
from core.calendar import today
from handovers.enums import HandoverState
from handovers.forms import NoteForm, SignForm
from handovers.paper import pack_response
from handovers.selectors.continuity import continuity_of
from handovers.selectors.handovers import coming, recent, turns_of
from handovers.selectors.pack import near, pack_of, told
from handovers.signing import may_note, may_sign
from handovers.turns import Turn
from movements.models import Movement
from movements.selectors import movements_led_by, movements_seen_by


class HandoverPage:
    """The changes of team of a movement, and the forms that this reader may send."""

    def __init__(self, movement: Movement, user: User) -> None:
        self.movement, self.user = movement, user
        self.turns = turns_of(movement)
        self.last, self.coming = recent(self.turns, today()), coming(self.turns)

    def note_form(self, data: Any = None) -> NoteForm | None:
        """For who was there before the change; None when there is nothing to write a note for."""
        turn = self._noted()
        if turn is None:
            return None
        return NoteForm(data, movement=self.movement, turn=turn, by=self.user)

    def _noted(self) -> Turn | None:
        """The change that is near; who takes over now is not asked about a far one yet."""
        waiting = self.last if self.last and self.last.waits else None
        turns = [turn for turn in (near(self.turns, today()), waiting or self.coming) if turn]
        return next((turn for turn in turns if may_note(self.user, self.movement, turn.on)), None)

    def sign_form(self, data: Any = None) -> SignForm | None:
        """For who may sign the last change now; None for everybody else."""
        if not self.last or not self.last.waits:
            return None
        if not may_sign(self.user, self.movement, second=self.last.state == HandoverState.HALF):
            return None
        action = reverse("handovers:sign", args=[self.movement.pk])
        return SignForm(data, movement=self.movement, rotation_on=self.last.on, action=action)

    def heading(self) -> str:
        """The news about the team."""
        turn = told(self.turns, today())
        if turn and turn.waits:
            return _("Another team leads: read what was promised")
        if turn and turn.coming:
            return _("Your team changes on %(day)s") % {"day": date_format(turn.on, "j F Y")}
        return _("What was promised")

    def context(self, **forms: Any) -> dict[str, Any]:
        """All that the template shows; `forms` holds one that was sent and is shown again."""
        return {
            "movement": self.movement,
            "heading": self.heading(),
            "pack": pack_of(self.movement, self.turns),
            "last": self.last,
            "coming": self.coming,
            "facts": continuity_of(self.movement),
            "note_form": self.note_form(),
            "sign_form": self.sign_form(),
            **forms,
        }


def _page(request: HttpRequest, movement_id: int) -> HandoverPage:
    """To look at: what somebody leads or is going to lead. To write: only what they lead now."""
    looks = request.method in ("GET", "HEAD")
    movements = movements_seen_by if looks else movements_led_by
    user = actor(request)
    return HandoverPage(get_object_or_404(movements(user), pk=movement_id), user)


def _show(request: HttpRequest, page: HandoverPage, **forms: Any) -> HttpResponse:
    return render(request, "handovers/handover.html", page.context(**forms))


@leader_only
@require_safe
def handover(request: HttpRequest, movement_id: int) -> HttpResponse:
    """What was promised, what comes, notes, and signing."""
    return _show(request, _page(request, movement_id))


@leader_only
@require_POST
def note(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Write a note for the next team; what was typed stays when that is refused."""
    page = _page(request, movement_id)
    form = page.note_form(request.POST)
    if form is None:
        messages.info(request, _("There is no change of team to write a note for."))
        return redirect("handovers:handover", movement_id)
    if form.is_valid() and form.save():
        messages.success(request, _("Saved. The next team reads it."))
        return redirect("handovers:handover", movement_id)
    return _show(request, page, note_form=form)


@leader_only
@require_POST
def sign(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Sign that the page was read."""
    page = _page(request, movement_id)
    form = page.sign_form(request.POST)
    if form is None:
        messages.info(request, _("There is nothing for you to sign at this moment."))
        return redirect("handovers:handover", movement_id)
    if form.is_valid() and form.save(page.user):
        messages.success(request, _("Signed. Thank you for taking over!"))
        return redirect("handovers:handover", movement_id)
    return _show(request, page, sign_form=form)


@require_safe
def paper(request: HttpRequest, movement_id: int) -> HttpResponse:
    """The PDF, for the leaders and the youth service, in the language of `?lang=` or the group."""
    movement = get_object_or_404(Movement.objects.for_user(actor(request)), pk=movement_id)
    return pack_response(movement, request.GET.get("lang", ""))
