"""What the leaders of a movement see of their plan: the plan, one point, a picture."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import STAFF, Role
from accounts.gates import actor, leader_only, roles_required
from core.calendar import today
from core.errors import Refused, show_refusal
from core.pages import remember_sent, was_sent
from labels import words
from labels.enums import EDITABLE_STATES, STORED_EXAMPLES, PlanState
from labels.forms.leader import SubmitForm
from labels.models import POINTS, ActionPlan, Example
from labels.selectors import plans
from labels.selectors.renewal import promises_before, unanswered
from labels.services.plans import open_plan
from labels.views.point import PointPage
from labels.views.shared import example_response
from movements.models import Movement
from movements.selectors import movements_led_by, movements_seen_by
from programmes.enums import LabelMode


def _movement(request: HttpRequest, movement_id: int) -> Movement:
    """To look at: what somebody leads or is going to lead. To write: only what they lead now."""
    looks = request.method in ("GET", "HEAD")
    movements = movements_seen_by if looks else movements_led_by
    return get_object_or_404(movements(actor(request)), pk=movement_id)


def _story(movement: Movement) -> ActionPlan | None:
    found = plans.story_of(movement)
    if found is not None:
        found.movement = movement  # which knows the day from which its reader may write
    return found


def _plan(movement: Movement) -> ActionPlan:
    found = _story(movement)
    if found is None:
        raise Http404
    return found


@leader_only
@require_safe
def plan(request: HttpRequest, movement_id: int) -> HttpResponse:
    """The ten points, where the plan is, and handing it in."""
    movement = _movement(request, movement_id)
    found = _story(movement)
    if found is None:
        page = {"movement": movement, "not_yet": plans.why_no_new_plan(movement)}
        return render(request, "labels/leader/start.html", page)
    return _plan_page(request, found, SubmitForm())


def _looked_back(found: ActionPlan) -> dict[str, int]:
    """How many promises of the round before there are, and how many of them have an answer."""
    promises = promises_before(found)
    waiting = unanswered(found, promises)
    return {"promised": len(promises), "looked_back": len(promises) - len(waiting)}


def _heading(found: ActionPlan) -> dict[str, Any]:
    """Where the plan is; of a label that does not count today, that word instead of joy."""
    lost = words.not_held(plans.decision_of(found))
    return {"heading": words.HEADINGS[PlanState.DRAFT if lost else found.state], "lost": lost}


def _plan_page(request: HttpRequest, found: ActionPlan, form: SubmitForm) -> HttpResponse:
    states, expected = plans.ring_states(found), plans.expected_answer(found)
    movement: Any = found.movement
    decision = plans.decision_of(found)
    editable = found.state in EDITABLE_STATES and movement.may_write
    context: dict[str, Any] = {
        "plan": found,
        "reader": actor(request),
        "movement": movement,
        **_heading(found),
        "editable": editable,
        **(_looked_back(found) if editable else {"promised": 0, "looked_back": 0}),
        "states": states,
        "done": f"{states.count('done') + states.count('verified')}/{POINTS}",
        "rows": [(point, words.note(point, decision)) for point in found.points.all()],
        "gap_words": words.gaps(plans.gaps(found)),
        "expected": expected,
        "late": expected is not None and expected < today(),
        "question": plans.question(found),
        "conversation": plans.conversation(found),
        "decision": decision,
        "no_new_plan": plans.why_no_new_plan(movement),
        "form": form,
    }
    return render(request, "labels/leader/plan.html", context)


@leader_only
@require_POST
def start_plan(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Open the plan of a movement that may have a new one."""
    movement = _movement(request, movement_id)
    try:
        open_plan(movement=movement, by=actor(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("labels:plan", movement_id)


@leader_only
@require_POST
def submit(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Hand in the plan, or answer; what was typed stays when that is refused."""
    found = _plan(_movement(request, movement_id))
    form = SubmitForm(request.POST)
    try:
        if form.is_valid():
            with transaction.atomic():
                form.save(found, actor(request))
                remember_sent(request)
            messages.success(request, words.handed_in(plans.expected_answer(_plan(found.movement))))
            return redirect("labels:plan", movement_id)
    except Refused as refusal:
        if was_sent(request):  # the button was tapped twice: it is handed in
            return redirect("labels:plan", movement_id)
        show_refusal(form, refusal)
    return _plan_page(request, found, form)


@leader_only
@require_safe
def print_plan(request: HttpRequest, movement_id: int) -> HttpResponse:
    """The whole plan on one page, to print or to read through."""
    found = _plan(_movement(request, movement_id))
    decision = plans.decision_of(found)
    context = {
        "plan": found,
        "movement": found.movement,
        "states": plans.ring_states(found),
        "points": found.points.all(),
        "decision": decision,
        "achieved": found.edition.label_mode == LabelMode.ACHIEVEMENT,
        "today": today(),
    }
    return render(request, "labels/leader/print.html", context)


@leader_only
@require_http_methods(["GET", "HEAD", "POST"])
def point(request: HttpRequest, movement_id: int, number: int) -> HttpResponse:
    """One point: what to write, the text, the examples; static/js/plan.js saves the text alone."""
    page = PointPage(request, _plan(_movement(request, movement_id)), number)
    if request.method == "POST" and request.headers.get("Accept") == "application/json":
        return JsonResponse(page.autosave())
    if request.method == "POST" and page.save():
        return redirect(page.next_address())
    return render(request, "labels/leader/point.html", page.context())


@roles_required(Role.LEADER, *STAFF)
@require_safe
def example(request: HttpRequest, movement_id: int, example_id: int) -> FileResponse:
    """The file of an example, for the movement's leaders and the youth service."""
    stored = Example.objects.for_user(actor(request)).filter(kind__in=STORED_EXAMPLES)
    found = get_object_or_404(stored, pk=example_id, point__plan__movement=movement_id)
    return example_response(found)
