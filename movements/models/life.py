"""What happens to a movement, as dated facts: other names, pauses, merging and splitting."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from movements import triggers  # noqa: F401  registers what only a trigger can hold
from movements.enums import SuccessionKind
from movements.models.movements import Movement


class FormerName(models.Model):
    """A name that a movement bore until a day, that day included."""

    movement = models.ForeignKey(
        Movement, on_delete=models.CASCADE, related_name="former_names", verbose_name=_("movement")
    )
    name = models.CharField(_("name"), max_length=120)
    until = models.DateField(_("until"))

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        ordering = ["movement", "-until"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="former_name_is_one"),
            models.UniqueConstraint(
                fields=["movement", "until"],
                name="former_name_once_a_day",
                violation_error_message=_("The name changed on that day already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Pause(models.Model):
    """A period in which a movement has no activities; it exists, and counts nowhere."""

    movement = models.ForeignKey(
        Movement, on_delete=models.CASCADE, related_name="pauses", verbose_name=_("movement")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["movement", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="pause_ends_after_start",
                violation_error_code="ends_on",
                violation_error_message=_("The end comes before the start."),
            ),
            models.UniqueConstraint(
                fields=["movement"],
                condition=Q(ends_on__isnull=True),
                name="pause_one_open",
                violation_error_message=_("This movement pauses already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.movement_id} {self.starts_on}"


class Succession(models.Model):
    """One movement went into another, or came out of one, on a day: the first of the new time."""

    source = models.ForeignKey(
        Movement, on_delete=models.PROTECT, related_name="went_into", verbose_name=_("from")
    )
    target = models.ForeignKey(
        Movement, on_delete=models.PROTECT, related_name="came_from", verbose_name=_("to")
    )
    on = models.DateField(_("day"))
    kind = models.CharField(_("what happened"), max_length=6, choices=SuccessionKind.choices)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=F("target")),
                name="succession_of_two",
                violation_error_message=_("A movement does not go into itself."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SuccessionKind.values), name="succession_kind_known"
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(kind="merged"),
                name="succession_merged_once",
                violation_error_message=_("This movement went into another already."),
            ),
            models.UniqueConstraint(
                fields=["target"],
                condition=Q(kind="split"),
                name="succession_split_once",
                violation_error_message=_("This movement came out of another already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"
