"""A word on each promise of the round before: still true, changed, or dropped."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import now
from core.errors import Refused
from core.logs import log_activity
from labels.enums import Kept
from labels.models import TEXT_LIMIT, ActionPoint
from labels.selectors.renewal import promises_before
from labels.services.plans import point_to_write


@transaction.atomic
def answer_promise(*, point: ActionPoint, by: User, kept: str) -> ActionPoint:
    """Say what became of the promise of before; another answer may follow.

    Still true and changed put the old words where nothing is written yet, the second to be
    edited. Dropped takes them away again where they stand unchanged. What the movement wrote
    itself always stays. Raises Refused without such a promise, for an answer that is none, and
    as `save_point` does.
    """
    point = point_to_write(point=point, by=by)
    promise = promises_before(point.plan).get(point.number, "")
    if not promise or kept not in Kept.values:
        raise Refused(_("There is no such question on this point."))
    point.kept = kept
    text = _text_after(Kept(kept), point.commitment, promise)
    if text != point.commitment:
        point.commitment, point.version, point.saved_at = text, point.version + 1, now()
    point.save(update_fields=["kept", "commitment", "version", "saved_at"])
    log_activity(actor=by, verb="looked back", obj=point, fields=["kept"])
    return point


def _text_after(kept: Kept, text: str, promise: str) -> str:
    if kept == Kept.DROPPED:
        return "" if text == promise else text
    return text or promise[:TEXT_LIMIT]
