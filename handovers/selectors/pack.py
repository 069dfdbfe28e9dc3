"""Reads what a team hands over: plan, label, conversation, examples, people, dates."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import add_months, today
from core.translated import Translated
from handovers.enums import HandoverState
from handovers.models import HandoverNote
from handovers.pack import Ahead, Pack, Promise, Said, Shown
from handovers.selectors.handovers import coming, own_note, recent, turns_of
from handovers.signing import may_note, may_sign
from handovers.turns import Turn
from labels.enums import CONVERSATION, DECIDED_STATES, LabelState, PlanAction, PointState
from labels.lifecycle import in_renewal_window, label_state
from labels.models import ActionPlan, Label, PlanTemplate
from labels.selectors import plans
from labels.selectors.register import current_label
from labels.words import tells_why_dropped
from movements import years
from movements.models import Mandate, Movement
from movements.selectors import coach_of, team_of
from programmes.models import Edition

MESSAGES, EXAMPLES, DATES = 5, 12, 8
SOON_MONTHS = 6
NOTE_BEFORE = timedelta(days=60)


def pack_of(movement: Movement, found: list[Turn] | None = None) -> Pack:
    """What the team of a movement hands over, as of now; its turns when they were read already."""
    found = turns_of(movement) if found is None else found
    day = today()
    pack = Pack(movement, day, Edition.objects.current(day), told(found, day))
    pack.plan, pack.label = plans.story_of(movement), current_label(movement)
    pack.team, pack.coach = list(team_of(movement)), coach_of(movement)
    pack.notes = _notes(found, day)
    _tell_label(pack)
    _tell_plan(pack)
    pack.said = _said(movement, pack.plan)
    pack.ahead = sorted(_ahead(pack, coming(found)), key=lambda one: one.on)[:DATES]
    return pack


def near(found: list[Turn], day: date) -> Turn | None:
    """The change of team that is planned within six months."""
    turn = coming(found)
    return turn if turn and turn.on <= add_months(day, SOON_MONTHS) else None


def told(found: list[Turn], day: date) -> Turn | None:
    """The change of team that a page is about: what waits for a signature, else what is near."""
    last = recent(found, day)
    return last if last and last.waits else near(found, day) or last


def _notes(found: list[Turn], day: date) -> list[HandoverNote]:
    """Of the last change and of the one to come; a note stands in both until somebody signs."""
    turns = [turn for turn in (recent(found, day), coming(found)) if turn]
    notes = {note.pk: note for turn in turns for note in turn.notes}
    return sorted(notes.values(), key=lambda note: (note.at, note.pk))


# The label and the plan ---------------------------------------------------------------------------


def _tell_label(pack: Pack) -> None:
    label = pack.label
    if label is None:
        pack.label_words = _("There is no label at this moment.")
        return
    days = {
        "number": label.number,
        "start": date_format(label.starts_on, "j F Y"),
        "end": date_format(label.ends_on, "j F Y"),
        "renew": date_format(label.renewal_from, "j F Y"),
        "grace": date_format(label.grace_until, "j F Y"),
    }
    pack.label_words = _label_sentence(label) % days
    pack.conditions = list(label.decision.due_conditions.all()) if label.decision else []


def _label_sentence(label: Label) -> str:
    if label_state(label) == LabelState.VALID and in_renewal_window(label):
        return _("You carry label %(number)s until %(end)s. You can renew it now.")
    return {
        LabelState.UPCOMING: _("Label %(number)s begins on %(start)s and runs until %(end)s."),
        LabelState.PAUSED: _("Label %(number)s is paused. It runs until %(end)s."),
        LabelState.GRACE: _("Label %(number)s ended on %(end)s. Until %(grace)s you can renew it."),
    }.get(
        label_state(label),
        _("You carry label %(number)s until %(end)s. You can renew it from %(renew)s."),
    )


def _tell_plan(pack: Pack) -> None:
    """What the label was given for; before the first label what stands in the plan."""
    decision = pack.label.decision if pack.label else None
    own = decision.plan if decision else None
    promised = pack.plan if own in (None, pack.plan) else _with_points(own)
    if promised is None:
        pack.plan_words = _("There is no action plan yet.")
        template = PlanTemplate.objects.published().first()
        points = template.points.order_by("number") if template else []
        pack.ten = [str(point.title) for point in points]
        return
    if pack.plan and (pack.plan != own):
        pack.plan_words = _plan_sentence(pack.plan)
    asked = plans.question(pack.plan) if pack.plan else None
    pack.question = asked.message if asked else ""
    frozen = {one["number"]: one for one in pack.label.frozen["points"]} if pack.label else {}
    _tell_points(pack, promised, frozen)


def _with_points(plan: ActionPlan) -> ActionPlan:
    return plans.with_points(ActionPlan.objects.filter(pk=plan.pk)).get()


def _plan_sentence(plan: ActionPlan) -> str:
    words = {
        "state": plan.get_state_display(),
        "day": date_format(plan.opened_on, "j F Y"),
    }
    if plan.state in DECIDED_STATES:
        return _("The plan of %(day)s was decided: %(state)s.") % words
    return _("A plan was begun on %(day)s. It is now: %(state)s.") % words


def _tell_points(pack: Pack, promised: ActionPlan, frozen: dict[int, dict[str, Any]]) -> None:
    shown: list[Shown] = []
    for point in promised.points.all():
        award = frozen.get(point.number)
        text = str(award["commitment"]) if award else point.commitment
        title = str(Translated(award["title"])) if award else str(point.point.title)
        shown += [Shown(point.number, example.caption) for example in point.examples.all()]
        if text.strip():
            state = PointState(point.state)
            far = "" if tells_why_dropped(point) else point.progress
            pack.promises.append(Promise(point.number, title, text, far, state))
        else:
            pack.without_promise.append(point.number)
    pack.examples, pack.more_examples = shown[:EXAMPLES], max(len(shown) - EXAMPLES, 0)


# The conversation ---------------------------------------------------------------------------------


def _said(movement: Movement, plan: ActionPlan | None) -> list[Said]:
    """The last messages, those that came with a step of the plan among them, oldest first."""
    messages = movement.messages.select_related("author").order_by("-at", "-id")[:MESSAGES]
    said = [Said(row.author, row.at, row.text, row.from_staff) for row in messages]
    steps = plan.steps.all() if plan else []
    said += [
        Said(step.by, step.at, step.message, step.action == PlanAction.ASK_MORE)
        for step in steps
        if step.message and step.action in CONVERSATION
    ]
    return sorted(said, key=lambda one: one.at)[-MESSAGES:]


# What comes ---------------------------------------------------------------------------------------


def _ahead(pack: Pack, next_turn: Turn | None) -> list[Ahead]:
    days = [*_label_days(pack.label), *_plan_days(pack.plan), *_team_days(pack)]
    if next_turn:
        days.append(Ahead(next_turn.on, _("Another team leads from this day.")))
    return [ahead for ahead in days if ahead.on >= pack.day]


def _label_days(label: Label | None) -> list[Ahead]:
    if label is None:
        return []
    if label_state(label) == LabelState.GRACE:
        return [Ahead(label.grace_until, _("Last day to renew your label."))]
    return [
        Ahead(label.starts_on, _("Your label begins.")),
        Ahead(label.renewal_from, _("From now on you can renew your label.")),
        Ahead(label.ends_on, _("Last day of your label.")),
    ]


def _plan_days(plan: ActionPlan | None) -> list[Ahead]:
    if plan is None:
        return []
    asked = plan.answer_by if plans.question(plan) else None
    expected = plans.expected_answer(plan)
    days = (
        [Ahead(asked, _("Answer the youth service before the end of this day."))] if asked else []
    )
    if expected:
        days.append(Ahead(expected, _("You have an answer of the youth service by then.")))
    return days


def _team_days(pack: Pack) -> list[Ahead]:
    """Who comes and who goes, together per day; when everybody says again that they go on."""
    team = Mandate.objects.not_over().in_use().filter(movement=pack.movement).by_function()
    coming_on, going_on = defaultdict(list), defaultdict(list)
    for mandate in team:
        if mandate.starts_on > pack.day:
            coming_on[mandate.starts_on].append(mandate.shown_name)
        if mandate.ends_on:
            going_on[mandate.ends_on].append(mandate.shown_name)
    days = [Ahead(day, _("Starts: %s.") % _names(who)) for day, who in coming_on.items()]
    days += [Ahead(day, _("Last day of %s.") % _names(who)) for day, who in going_on.items()]
    if any(mandate.waits_for_confirmation for mandate in team):
        closes = years.read_only_from(years.working_year(pack.day))
        return [*days, Ahead(closes, _("Who has not said that they go on can only look now."))]
    opens = years.opens_on(years.working_year(pack.day) + 1)
    return [*days, Ahead(opens, _("A new working year: say who goes on."))]


def _names(who: list[str]) -> str:
    return str(get_text_list(who, _("and")))


# What to do ---------------------------------------------------------------------------------------


def next_of(movement: Movement, user: User) -> str:
    """What somebody can do now: "sign" what waits, "note" before a change within 60 days, or ""."""
    found, day = turns_of(movement), today()
    last, turn = recent(found, day), coming(found)
    if last and last.waits:
        second = last.state == HandoverState.HALF
        if may_sign(user, movement, second=second):
            return "sign"
    if turn and turn.on <= day + NOTE_BEFORE and own_note(turn, user) is None:
        return "note" if may_note(user, movement, turn.on) else ""
    return ""
