"""What becomes of labels and plans when a movement goes into another one."""

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labels.models import ActionPlan
from labels.selectors.register import current_label
from labels.services.awards import end_labels
from movements.models import Movement
from movements.signals import Manner, foretelling, handles, merging

handles(Manner.ENDS, "labels.label.movement")
# by the dates of the movement (`ActionPlan.objects.waiting`, `labels.rules.IS_THERE`)
handles(Manner.RESTS, "labels.actionplan.movement")


@receiver(merging, sender=Movement)
def end_with_the_movement(
    source: Movement, target: Movement, on: Any, by: Any, **kwargs: Any
) -> None:
    """The labels of the source end, first the running one; the target keeps its own."""
    reason = _("Went into %(movement)s.") % {"movement": target}
    end_labels(movement=source, by=by, reason=reason, on=on)


@receiver(foretelling, sender=Movement)
def foretell(source: Movement, target: Movement, **kwargs: Any) -> list[str]:
    """Which label ends, and how many plans rest."""
    label, plans = current_label(source), ActionPlan.objects.open().filter(movement=source).count()
    said = [_("Label %(number)s ends.") % {"number": label.number}] if label else []
    if plans:
        text = ngettext("%(count)s plan rests.", "%(count)s plans rest.", plans)
        said.append(text % {"count": plans})
    if current_label(target):
        said.append(_("%(movement)s keeps its own label.") % {"movement": target})
    return said
