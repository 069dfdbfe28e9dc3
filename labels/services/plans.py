"""What a movement writes: its plan, the ten points, the examples, handing it in."""

from collections.abc import Callable

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_staff_member
from core.calendar import now
from core.documents import clean_document
from core.errors import Refused, Stale
from core.logs import log_activity
from core.uploads import clean_picture
from labels.enums import RESTING_STATES, ExampleKind, PlanAction, PlanState
from labels.models import ActionPlan, ActionPoint, Example, PlanStep, PlanTemplate
from labels.rules import LEADER, is_editable, leads_movement_of
from labels.selectors.plans import why_no_new_plan
from labels.selectors.renewal import plan_before
from labels.services.steps import lock, plain, take_step
from movements.models import Movement
from programmes.models import Edition

EXAMPLES_PER_POINT = 10
WRITTEN = ("commitment", "progress", "is_done")


@transaction.atomic
def open_plan(*, movement: Movement, by: User | None) -> ActionPlan:
    """Start the plan of a movement: this edition, the latest published template, ten empty points.

    Each point knows the one of the plan before, whose promise it asks about.
    `by` is a leader of the movement or somebody of the youth service (None: the system). Raises
    Refused without an edition or template, while a plan is open, and while a label runs that is
    not in its renewal window yet.
    """
    Movement.objects.select_for_update(no_key=True).get(pk=movement.pk)
    edition, template = Edition.objects.current(), PlanTemplate.objects.published().first()
    if edition is None or template is None:
        raise Refused(_("There is no programme with ten points yet."))
    if reason := why_no_new_plan(movement):
        raise Refused(reason)
    plan = ActionPlan(movement=movement, edition=edition, template=template)
    if by is not None and not (is_staff_member(by) or leads_movement_of(by, plan)):
        raise Refused(LEADER.otherwise)
    plan.save()
    _make_points(plan)
    log_activity(actor=by, verb="opened", obj=plan, state=plan.state)
    return plan


def _make_points(plan: ActionPlan) -> None:
    """Ten empty points, each with the point of the same number in the plan before, if any."""
    earlier = plan_before(plan)
    before = {p.number: p for p in earlier.points.all()} if earlier else {}
    ActionPoint.objects.bulk_create(
        ActionPoint(plan=plan, point=p, number=p.number, previous=before.get(p.number))
        for p in plan.template.points.all()
    )


@transaction.atomic
def save_point(
    *, point: ActionPoint, by: User, version: int, commitment: str, progress: str, is_done: bool
) -> ActionPoint:
    """Write a point. `version` is the one that the writer read.

    Text that stands there already is no change and never conflicts. Raises Stale when somebody
    else wrote the point since, Refused when the plan is not with the movement or `by` does not
    lead it now.
    """
    point = point_to_write(point=point, by=by)
    values = (plain(commitment), plain(progress), is_done)
    changed = [
        field
        for field, value in zip(WRITTEN, values, strict=True)
        if getattr(point, field) != value
    ]
    if not changed:
        return point
    if point.version != version:
        raise Stale(_("Somebody of your team wrote here meanwhile. Your text still stands there."))
    point.commitment, point.progress, point.is_done = values
    point.version, point.saved_at = point.version + 1, now()
    point.save(update_fields=[*WRITTEN, "version", "saved_at"])
    log_activity(actor=by, verb="wrote", obj=point, fields=changed)
    return point


def point_to_write(*, point: ActionPoint, by: User) -> ActionPoint:
    """The point as it is now, its plan locked; only for who leads, while the plan is with them."""
    plan = ActionPlan.objects.get(pk=point.plan_id)
    lock(plan)
    if not leads_movement_of(by, plan):
        raise Refused(LEADER.otherwise)
    if not is_editable(by, plan):
        raise Refused(
            _("The plan is “%(state)s” now, so nothing can be changed.")
            % {"state": PlanState(plan.state).label}
        )
    return ActionPoint.objects.select_for_update().get(pk=point.pk, plan=plan)


def add_link(*, point: ActionPoint, by: User, caption: str, url: str) -> Example:
    """Add a link (http or https) as an example; one that is there already, once.

    Raises Refused as `save_point` does.
    """
    return _add_example(
        by, Example(point=point, kind=ExampleKind.LINK, caption=caption.strip(), url=url)
    )


def add_picture(*, point: ActionPoint, by: User, caption: str, file: File) -> Example:
    """Add a picture as an example, made anew without place or camera (`core.uploads`).

    Raises ValidationError when the file is no acceptable picture, Refused as `save_point` does.
    """
    example = Example(point=point, kind=ExampleKind.PICTURE, caption=caption.strip())
    return _add_file(by, example, clean_picture(file))


def add_document(*, point: ActionPoint, by: User, caption: str, file: File) -> Example:
    """Add a document as an example, for others to download (`core.documents`).

    Raises ValidationError when the file is no acceptable document, Refused as `save_point` does.
    """
    example = Example(point=point, kind=ExampleKind.DOCUMENT, caption=caption.strip())
    return _add_file(by, example, clean_document(file))


def _add_file(by: User, example: Example, clean: File) -> Example:
    """Store a file under a name that tells nothing, then its row.

    The file comes first, outside the transaction: a store may be slow. It is taken away again when
    the row is refused.
    """
    name = example.file.name = default_storage.save(f"examples/{clean.name}", clean)
    try:
        return _add_example(by, example)
    except BaseException:
        default_storage.delete(name)
        raise


@transaction.atomic
def _add_example(by: User, example: Example) -> Example:
    point = point_to_write(point=example.point, by=by)
    if example.url and (same := point.examples.filter(url=example.url).first()):
        return same  # a button that was pressed twice
    if point.examples.count() >= EXAMPLES_PER_POINT:
        raise Refused(_("A point has at most %(limit)s examples.") % {"limit": EXAMPLES_PER_POINT})
    example.point = point
    example.full_clean()
    example.save()
    log_activity(actor=by, verb="added", obj=example)
    return example


@transaction.atomic
def remove_example(*, example: Example, by: User) -> None:
    """Take an example away, its file included.

    The movement may while the plan is with it; the youth service always, because a picture may
    show a recognisable child. Raises Refused as `save_point` does.
    """
    if not is_staff_member(by):
        point_to_write(point=example.point, by=by)
    _take_away(example, by)


@transaction.atomic
def forget_example(*, example: Example, by: User | None) -> None:
    """Take an example away, its file included, because it was kept long enough.

    Raises Refused when its plan is worked on again since that was found.
    """
    plan = ActionPlan.objects.get(points=example.point_id)
    lock(plan)
    if plan.state not in RESTING_STATES:
        raise Refused(
            _("The plan is “%(state)s” now, so nothing can be changed.")
            % {"state": PlanState(plan.state).label}
        )
    _take_away(example, by)


def _take_away(example: Example, by: User | None) -> None:
    log_activity(actor=by, verb="removed", obj=example)
    name = example.file.name
    example.delete()
    if name:
        transaction.on_commit(_delete_file(name), robust=True)


def _delete_file(name: str) -> Callable[[], None]:
    return lambda: default_storage.delete(name)


def submit_plan(*, plan: ActionPlan, by: User, message: str = "") -> PlanStep:
    """Hand in the plan, or answer when more was asked. Empty points do not block it.

    `message` is what the movement says with it. Raises Refused when the plan is with the youth
    service, or when `by` does not lead the movement now.
    """
    asked = plan.state == PlanState.MORE_ASKED
    action = PlanAction.ANSWER if asked else PlanAction.SUBMIT
    return take_step(plan=plan, action=action, by=by, message=message)
