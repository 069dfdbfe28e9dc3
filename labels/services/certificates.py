"""New issues of certificates."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import today
from core.errors import Refused
from core.logs import log_activity
from labels.lifecycle import OVER, label_state
from labels.models import Certificate, Label
from labels.selectors.certificates import words_of_today
from movements.models import Movement


@transaction.atomic
def reissue(*, label: Label, by: User, reason: str) -> Certificate:
    """Make a new issue with the data of today and a code of its own; the one before is replaced.

    What the label was awarded for, its dates and its number stay as they are. Raises Refused
    without a reason and for a label that is over.
    """
    reason = reason.strip()
    if not reason:
        raise Refused(_("Give a reason."))
    # as an award does, so that the two never wait for each other
    Movement.objects.select_for_update(no_key=True).get(pk=label.movement_id)
    label = Label.objects.with_facts().get(pk=label.pk)
    state = label_state(label)
    if state in OVER:
        message = _("The label is “%(state)s”; this cannot be done now.")
        raise Refused(message % {"state": state.label})
    last = label.certificates.order_by("issue").last()
    label.certificates.filter(replaced_on__isnull=True).update(replaced_on=today())
    issue = Certificate.objects.create(
        label=label,
        issue=last.issue + 1 if last else 1,
        frozen=words_of_today(label),
        issued_by=by,
        reason=reason,
        **({} if last else {"code": label.code}),
    )
    log_activity(actor=by, verb="reissued", obj=issue)
    return issue
