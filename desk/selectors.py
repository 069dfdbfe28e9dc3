"""What the composed pages read."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import STAFF, Role
from accounts.models import User
from core.calendar import today
from handovers.selectors.pack import next_of
from kpis.selectors import Figure, figures
from labels.enums import EDITABLE_STATES, LabelState, NextStep, PointState
from labels.lifecycle import label_state
from labels.models import ActionPlan, Label
from labels.selectors.certificates import can_show_off, public_address
from labels.selectors.monitoring import check_asked
from labels.selectors.plans import (
    expected_answer,
    next_step,
    ring_states,
    story_of,
    why_no_new_plan,
)
from labels.selectors.publication import choice_made, reasons_of
from labels.selectors.register import current_label, labels_valid
from labels.selectors.renewal import promises_before
from labels.selectors.wording import Basis, basis_of, has_promises
from movements.models import Mandate, Movement
from movements.rules import runs_team
from movements.selectors import coach_of, movements_seen_by, team_news, team_of
from programmes.models import Edition
from testimonies.selectors import public_stories

STORIES_SHOWN = 3
REASONS_ASKED_FOR = timedelta(days=60)
FULL_RING = [PointState.VERIFIED.value] * 10


@dataclass(frozen=True)
class NextCard:
    """The one next thing of a leader's page; a start is asked by a form, the rest are links."""

    title: str
    text: str
    url: str
    action: str
    is_form: bool = False


def front_page() -> dict[str, Any]:
    """Context of the public front page: how many labels are valid today, the newest stories."""
    stories = list(public_stories()[:STORIES_SHOWN])
    return {"label_count": labels_valid().count(), "stories": stories, "full_ring": FULL_RING}


def headline_figures() -> list[Figure]:
    """The four figures of the current edition; none before the first edition."""
    edition = Edition.objects.current()
    return figures(edition) if edition else []


def movements_in_feed(user: User) -> list[Movement] | None:
    """Whose dates stand in somebody's own calendar at this moment.

    All for the youth service, their own for leaders, also before they begin; None for others.
    """
    if STAFF & user.roles:
        return list(Movement.objects.order_by("name", "pk"))
    return list(movements_seen_by(user)) if Role.LEADER in user.roles else None


def movement_page(movement: Movement, user: User) -> dict[str, Any]:
    """Context of a leader's page about one movement."""
    plan, label = story_of(movement), current_label(movement)
    team = list(team_of(movement))
    states = ring_states(plan) if plan else []
    done = sum(state in {PointState.DONE, PointState.VERIFIED} for state in states)
    asked = [
        yes_card(movement, team, user),
        handover_card(movement, user),
        check_card(movement, label),
        reasons_card(movement, label, user),
    ]
    cards = [*filter(None, asked), next_card(movement, plan)]
    return {
        "movement": movement,
        "plan": plan,
        "states": states,
        "done": done,
        # a label that was taken over has no plan, and needs none now
        "heading": _("Your group") if label and not plan else plan_heading(states, done),
        "next": cards[0],
        "also": [_beside(movement, card) for card in cards[1:]],
        "hands_in": plan is not None and plan.state in EDITABLE_STATES,
        "team": team,
        "team_news": team_news(team),
        "coach": coach_of(movement),
        "label": label,
        "label_state": label_state(label) if label else None,
        "label_is_valid": label is not None and label_state(label) == LabelState.VALID,
        "shows_off": label is not None and can_show_off(label),
        "public_address": public_address(label) if label else "",
    }


def _beside(movement: Movement, card: NextCard) -> NextCard:
    """A card that is not the one next thing, as a line: without "Now", and never a button."""
    title = capfirst(card.title.partition(": ")[2] or card.title)
    url = reverse("labels:plan", args=[movement.pk]) if card.is_form else card.url
    return replace(card, title=title, text=Truncator(card.text).chars(100), url=url, is_form=False)


def plan_heading(states: list[str], done: int) -> str:
    """The news about a plan in words, from the ten states of its ring."""
    started = sum(state != PointState.EMPTY for state in states)
    if not states:
        return _("Your plan starts here")
    if not started:
        return _("Ten points, one at a time")
    return _("%(started)s, %(done)s") % {
        "started": ngettext("%d point started", "%d points started", started) % started,
        "done": ngettext("%d done", "%d done", done) % done,
    }


def yes_card(movement: Movement, team: list[Mandate], user: User) -> NextCard | None:
    """The yearly question comes before the plan: to oneself, then to who runs the team."""
    waiting = [mandate for mandate in team if mandate.waits_for_confirmation]
    if any(mandate.user_id == user.pk for mandate in waiting):
        text = _("We ask it once a year. It takes one tap.")
        url = reverse("movements:still_leading", args=[movement.pk])
        return NextCard(_("Now: do you still lead?"), text, url, _("Answer"))
    if not waiting or not runs_team(user, movement):
        return None
    names = ", ".join(mandate.name for mandate in waiting)
    text = _("Nobody said yet whether these people go on: %(names)s.") % {"names": names}
    url = reverse("movements:team", args=[movement.pk])
    return NextCard(_("Now: does your team go on?"), text, url, _("Look and confirm"))


def handover_card(movement: Movement, user: User) -> NextCard | None:
    """Taking over from the team before, or writing down what the next one should know."""
    url = reverse("handovers:handover", args=[movement.pk])
    step = next_of(movement, user)
    if step == "sign":
        text = _("One page says what your group promised and what comes. Read it, then sign.")
        return NextCard(_("Now: take over"), text, url, _("Read what was promised"))
    if step == "note":
        text = _("Your team changes soon. What should the next one know? A few words are enough.")
        return NextCard(_("Now: pass on what you know"), text, f"{url}#note", _("Write a note"))
    return None


def check_card(movement: Movement, label: Label | None) -> NextCard | None:
    """The light check that waits for an answer."""
    if label is None or check_asked(label) is None:
        return None
    if basis_of(label) == Basis.PROMISED:
        text = _("Your group promised ten things for its label. If they are, one tap is enough.")
    else:
        text = _("Do you still do what you got the label for? If so, one tap is enough.")
    url = reverse("labels:check", args=[movement.pk])
    return NextCard(_("Now: is it still true?"), text, url, _("Look and answer"))


def reasons_card(movement: Movement, label: Label | None, user: User) -> NextCard | None:
    """After an award: which reasons become public, until somebody chose or time went by."""
    if label is None or today() > label.decided_on + REASONS_ASKED_FOR or not can_show_off(label):
        return None
    if not runs_team(user, movement) or choice_made(label) or not reasons_of(label):
        return None
    text = _("You got the label. Choose which reasons stand on your public page. It is not a must.")
    url = reverse("labels:reasons", args=[movement.pk, label.pk])
    title = _("Now: what may everybody read?")
    return NextCard(title, text, url, _("Choose what everybody may read"))


def renewal_card(movement: Movement) -> NextCard | None:
    """A new plan, once the label can be renewed or is over."""
    if why_no_new_plan(movement):
        return None
    start, label = reverse("labels:start_plan", args=[movement.pk]), current_label(movement)
    if label is None:
        text = _("Your label is over. Look together at what still holds, and begin a new plan.")
        return NextCard(_("Now: time for a new plan"), text, start, _("Start"), is_form=True)
    last = label.ends_on if today() <= label.ends_on else label.grace_until
    if has_promises(label):
        text = _("You can do it until %(day)s. What you promised stands there already.")
    else:
        text = _("You can do it until %(day)s. A few words for each point are enough.")
    day = {"day": date_format(last, "j F Y")}
    return NextCard(_("Now: renew your label"), text % day, start, _("Start"), is_form=True)


def next_card(movement: Movement, plan: ActionPlan | None) -> NextCard:
    """The one next thing for a movement, in words."""
    step = next_step(plan)
    if step in {NextStep.START, NextStep.LABEL} and (card := _of_label(movement, step)):
        return card
    if isinstance(step, int):
        return _next_point(movement, plan, step)
    if step == NextStep.START:
        start = reverse("labels:start_plan", args=[movement.pk])
        text = _("Ten points. A few words for each are enough. You can stop and go on any time.")
        return NextCard(_("Now: start your plan"), text, start, _("Start"), is_form=True)
    title, text, action = _words(step, plan)
    return NextCard(title, text, reverse("labels:plan", args=[movement.pk]), action)


def _of_label(movement: Movement, step: int | NextStep) -> NextCard | None:
    """What the label asks: a renewal, the end of a pause; of one that was taken over, to know it.

    That one has no plan.
    """
    label = current_label(movement)
    if (label or step == NextStep.LABEL) and (renewal := renewal_card(movement)):
        return renewal
    if label is not None and label_state(label) == LabelState.PAUSED:
        text = _("It does not count during the pause. Your coach helps you to end it.")
        url = reverse("movements:conversation", args=[movement.pk])
        return NextCard(_("Your label is paused"), text, url, _("Messages with the youth service"))
    if label is None or step != NextStep.START:
        return None
    until = {"day": date_format(label.ends_on, "j F Y")}
    text = _("It is valid until %(day)s. Keep your promises.") % until
    return NextCard(_("You have the label"), text, public_address(label), _("See what others see"))


def _next_point(movement: Movement, plan: ActionPlan | None, number: int) -> NextCard:
    points = plan.points.all() if plan else []
    point = next(point for point in points if point.number == number)
    of_point = {"number": number, "title": point.point.title}
    title = _("Now: point %(number)s, %(title)s") % of_point
    url = reverse("labels:point", args=[movement.pk, number])
    if plan and point.previous_id and not point.kept and number in promises_before(plan):
        asked = _("You promised this before. Is it still true?")
        return NextCard(title, asked, url, _("Look and answer"))
    return NextCard(title, str(point.point.guidance), url, _("Write it down"))


def _words(step: NextStep, plan: ActionPlan | None) -> tuple[str, str, str]:
    answer = expected_answer(plan) if plan else None
    return {
        NextStep.SUBMIT: (
            _("Now: hand in your plan"),
            _("Something in every point. Read it once more together, then hand it in."),
            _("Look and hand in"),
        ),
        NextStep.ANSWER: (
            _("Now: answer the youth service"),
            _asked_by(plan),
            _("Read and answer"),
        ),
        NextStep.TALK: (
            _("Now: talk with the youth service"),
            _("It is “not yet”. They help you with the next step, then a colleague looks again."),
            _("Read why"),
        ),
        NextStep.LABEL: (
            _("You have the label"),
            _("Keep your promises, and tell who comes after you what they are."),
            _("See what you promised"),
        ),
        NextStep.WAIT: (
            _("The youth service reads your plan"),
            _("You need not do anything now.") if answer is None else _answer_by(answer),
            _("Read your plan"),
        ),
    }[step]


def _asked_by(plan: ActionPlan | None) -> str:
    """What a question is for, and the day by which they hope for the answer."""
    said = _("They ask for a little more before they decide.")
    if plan is None or plan.answer_by is None:
        return said
    return f"{said} {_('Answer by %(day)s') % {'day': date_format(plan.answer_by, 'j F')}}."


def _answer_by(day: date) -> str:
    """The promised day; once it is over, that we are late and not that it is still to come."""
    said = _("You have an answer by %(day)s.")
    if day < today():
        said = _("We wanted to answer by %(day)s and are late. Sorry! Do ask us where it is.")
    return said % {"day": date_format(day, "j F")}
