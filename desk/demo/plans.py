"""Plans and labels of the demonstration: each movement gets as far as its story says."""

from datetime import date, timedelta

from accounts.models import User
from core.calendar import add_months
from desk.demo.clock import Demo
from desk.demo.texts import (
    CONDITIONS,
    MORE_ASKED,
    NOT_YET_GUIDANCE,
    NOT_YET_REASONS,
    POINT_REASONS,
    POINTS,
    REASONS,
)
from desk.demo.world import MOVEMENTS, Story
from labels.enums import Grade, PlanAction, Settled
from labels.models import ActionPlan, ActionPoint, Condition, Label
from labels.selectors.publication import reasons_of
from labels.services.assessment import ask_more, confirm, grade_point, propose, start_discussion
from labels.services.awards import pause_label, withdraw_label
from labels.services.conditions import settle_condition
from labels.services.plans import open_plan, save_point, submit_plan
from labels.services.publication import publish_reasons
from labels.services.sharing import share_point
from movements.models import Movement
from movements.rules import runs_team
from movements.selectors import team_of

AWARDED = {
    Story.VALID,
    Story.RENEWAL,
    Story.PAUSED,
    Story.GRACE,
    Story.EXPIRED,
    Story.WITHDRAWN,
}
GRADES = [
    Grade.WELL_UNDERWAY,
    Grade.WELL_UNDERWAY,
    Grade.ON_THE_WAY,
    Grade.WELL_UNDERWAY,
    Grade.TO_DO,
]


def build(demo: Demo, movements: list[Movement]) -> None:
    """Write, assess and decide the plan of each movement."""
    for number, movement in enumerate(movements):
        _name, _federation, story, months = MOVEMENTS[number]
        day = add_months(demo.today, -months) - timedelta(days=6 + number % 5)
        if story in AWARDED:
            _awarded(demo, movement, number, story, day)
        elif story is not Story.EMPTY:
            _under_way(demo, movement, number, story, day)


def _awarded(demo: Demo, movement: Movement, number: int, story: Story, day: date) -> None:
    plan = _written(demo, movement, number, day - timedelta(days=60), points=10 - number % 3)
    conditional = story is Story.VALID and number % 2
    outcome = PlanAction.AWARD_WITH_CONDITIONS if conditional else PlanAction.AWARD
    label = _decided(demo, plan, number, day, outcome, REASONS)
    if label and story is Story.VALID:
        _published(demo, label, number, day)
    if conditional:
        _first_condition_met(demo, plan, number, add_months(day, CONDITIONS[0][1]))
    if label and story in (Story.PAUSED, Story.WITHDRAWN):
        act = pause_label if story is Story.PAUSED else withdraw_label
        with demo.on(add_months(demo.today, -2)):
            act(label=label, by=demo.user("karin"), reason="De groep werkt dit jaar niet.")
    if story is Story.EXPIRED:
        _written(demo, movement, number, add_months(demo.today, -1), points=3)


def _under_way(demo: Demo, movement: Movement, number: int, story: Story, day: date) -> None:
    points = {Story.STARTED: 8, Story.NOT_YET: 5}.get(story, 10 - number % 3)
    plan = _written(demo, movement, number, day - timedelta(days=10), points=points)
    if story is Story.STARTED:
        return
    if story is Story.NOT_YET:
        _decided(demo, plan, number, day, PlanAction.DECLINE, NOT_YET_REASONS)
        return
    _submit(demo, plan, day)
    if story is Story.MORE_ASKED:
        with demo.on(day + timedelta(days=7)):
            start_discussion(plan=plan, by=_coach(demo, number))
            answer_by = max(demo.today + timedelta(days=14), day + timedelta(days=28))
            ask_more(plan=plan, by=_coach(demo, number), message=MORE_ASKED, answer_by=answer_by)
    if story is Story.PROPOSED:
        _propose(demo, plan, number, day + timedelta(days=7), PlanAction.AWARD, REASONS)


def _written(demo: Demo, movement: Movement, number: int, day: date, points: int) -> ActionPlan:
    """A draft with text in the first points that the dice choose; some of them done."""
    with demo.on(day):
        leader = _leader(movement)
        plan = open_plan(movement=movement, by=leader)
        chosen = sorted(demo.dice.sample(range(10), points))
        for place, point in enumerate(plan.points.all()):
            if place in chosen:
                commitment, progress = POINTS[place][number % 3]
                _save(point, leader, commitment, progress, is_done=chosen.index(place) < points - 2)
                if (place + number) % 3:
                    share_point(point=point, by=leader, is_shared=True)
    return plan


def _save(
    point: ActionPoint, leader: User, commitment: str, progress: str, *, is_done: bool
) -> None:
    save_point(
        point=point,
        by=leader,
        version=point.version,
        commitment=commitment,
        progress=progress,
        is_done=is_done,
    )


def _submit(demo: Demo, plan: ActionPlan, day: date) -> None:
    with demo.on(day):
        submit_plan(plan=plan, by=_leader(plan.movement))


def _decided(
    demo: Demo, plan: ActionPlan, number: int, day: date, outcome: PlanAction, reasons: str
) -> Label | None:
    _submit(demo, plan, day - timedelta(days=28))
    decision = _propose(demo, plan, number, day - timedelta(days=7), outcome, reasons)
    with demo.on(day):
        return confirm(decision=decision, by=demo.user("karin"))


def _propose(
    demo: Demo, plan: ActionPlan, number: int, day: date, outcome: PlanAction, reasons: str
):
    with demo.on(day):
        coach = _coach(demo, number)
        start_discussion(plan=plan, by=coach)
        for place, point in enumerate(plan.points.all()):
            has_text = bool(point.commitment)
            grade = GRADES[(place + number) % len(GRADES)] if has_text else Grade.TO_DO
            reason = POINT_REASONS[grade if has_text else ""] if (place + number) % 3 else ""
            grade_point(point=point, by=coach, grade=grade, reason=reason)
        guidance = NOT_YET_GUIDANCE if outcome == PlanAction.DECLINE else ""
        conditional = outcome == PlanAction.AWARD_WITH_CONDITIONS
        conditions = [(text, add_months(day, months)) for text, months in CONDITIONS]
        return propose(
            plan=plan,
            by=coach,
            outcome=outcome,
            reasons=reasons,
            guidance=guidance,
            conditions=conditions if conditional else (),
        )


def _published(demo: Demo, label: Label, number: int, day: date) -> None:
    """Half of the groups let everybody read why, each another part of it."""
    with demo.on(day + timedelta(days=1)):
        decides = next((u for u in _users(label.movement) if runs_team(u, label.movement)), None)
        if decides is not None and number % 2 == 0:
            praise = {REASONS, POINT_REASONS[Grade.WELL_UNDERWAY]}
            numbers = [why.number for why in reasons_of(label) if why.text in praise]
            publish_reasons(label=label, by=decides, numbers=numbers[: 2 + number % 3])


def _users(movement: Movement) -> list[User]:
    mandates = team_of(movement).exclude(user=None).select_related("user")
    return [mandate.user for mandate in mandates if mandate.user]


def _first_condition_met(demo: Demo, plan: ActionPlan, number: int, day: date) -> None:
    """One is met, the other one falls due later, or is missed by now."""
    condition = Condition.objects.filter(decision__plan=plan).first()
    if condition and day <= demo.today:
        with demo.on(day):
            settle_condition(condition=condition, by=_coach(demo, number), settled=Settled.MET)


def _leader(movement: Movement) -> User:
    mandate = team_of(movement).exclude(user=None).select_related("user").first()
    if mandate is None or mandate.user is None:
        raise LookupError(f"nobody leads {movement} on this day")
    return mandate.user


def _coach(demo: Demo, number: int) -> User:
    return demo.user("yusuf" if number % 2 else "lotte")
