"""How long each category is kept, and every run that forgets: listed, approved, done."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import triggers
from core.calendar import now, today
from privacy.enums import OPEN_RUNS, ItemOutcome, RunState


class RetentionPolicy(models.Model):
    """How many months a category is kept from now on. A change is a new row with a reason."""

    category = models.CharField(_("category"), max_length=60)
    months = models.PositiveSmallIntegerField(_("months"))
    legal_reference = models.CharField(
        _("legal reference"),
        max_length=200,
        blank=True,
        help_text=_("Left empty: the default of this category."),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("decided at"), default=now)
    decided_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("decided by"),
    )

    class Meta:
        verbose_name = _("retention policy")
        verbose_name_plural = _("retention policies")
        ordering = ["category", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(months__range=(1, 600)),
                name="policy_months",
                violation_error_message=_("Give a number of months from 1 to 600."),
            ),
            # nobody decided on the default that the product comes with
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(reason=""), name="policy_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["category", "-id"])]

    def __str__(self) -> str:
        return f"{self.category} {self.months}"


triggers.refuse("privacy_retentionpolicy")


class RetentionRun(models.Model):
    """One list of records that are due under a policy, and what became of it.

    The first list under a policy (`first` is empty) is only shown and can never be approved; every
    later one names it. What was approved is the list: a record that is not on it stays.
    """

    policy = models.ForeignKey(
        RetentionPolicy, on_delete=models.PROTECT, related_name="runs", verbose_name=_("policy")
    )
    category = models.CharField(_("category"), max_length=60)
    first = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("first list")
    )
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices)
    count = models.PositiveIntegerField(_("records on it"))
    # rows of a log have no list of numbers: all of those up to this day
    up_to = models.DateField(_("up to"), null=True)
    listed_at = models.DateTimeField(_("listed at"), default=now)
    listed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("listed by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("approved by")
    )
    done_at = models.DateTimeField(_("done at"), null=True)

    class Meta:
        verbose_name = _("retention run")
        verbose_name_plural = _("retention runs")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_known"),
            models.CheckConstraint(
                condition=Q(state=RunState.SHOWN) ^ Q(first__isnull=False),
                name="run_first_is_only_shown",
            ),
            models.UniqueConstraint(
                fields=["policy"], condition=Q(first__isnull=True), name="run_first_once"
            ),
            models.UniqueConstraint(
                fields=["category"], condition=Q(state__in=OPEN_RUNS), name="run_one_open"
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="run_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[RunState.SHOWN, RunState.WAITING], approved_at__isnull=True)
                | Q(state__in=[RunState.APPROVED, RunState.DONE], approved_at__isnull=False)
                | Q(state=RunState.REPLACED),
                name="run_goes_on_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | Q(approved_at__gte=F("listed_at")),
                name="run_approved_later",
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.DONE) ^ Q(done_at__isnull=True), name="run_done_at"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_at__gte=F("approved_at")),
                name="run_done_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def days_waited(self) -> int:
        """Days since the list was made."""
        return (today() - timezone.localdate(self.listed_at)).days


# what was shown, approved and done stays; only how far it is changes
triggers.refuse("privacy_retentionrun", updates=False)


class RetentionItem(models.Model):
    """One record on a list, by number, and what became of it."""

    run = models.ForeignKey(
        RetentionRun, on_delete=models.CASCADE, related_name="items", verbose_name=_("run")
    )
    object_id = models.PositiveBigIntegerField(_("record number"))
    outcome = models.CharField(
        _("what became of it"), max_length=10, choices=ItemOutcome.choices, blank=True
    )

    class Meta:
        verbose_name = _("record on a list")
        verbose_name_plural = _("records on lists")
        ordering = ["object_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["", *ItemOutcome.values]), name="item_outcome_known"
            ),
            models.UniqueConstraint(fields=["run", "object_id"], name="item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.object_id}"


triggers.refuse("privacy_retentionitem", updates=False)
# what is approved is the list as it was shown: nothing gets on it later, nothing takes its place
_CLOSED = "SELECT 1 FROM privacy_retentionrun WHERE id = NEW.run_id AND approved_at IS NOT NULL"
_OTHER = "NEW.run_id <> OLD.run_id OR NEW.object_id <> OLD.object_id"
_MESSAGE = "this list is closed"
triggers.register(
    triggers.Trigger(
        "privacy_retentionitem_closed",
        "privacy_retentionitem",
        "BEFORE INSERT",
        f"BEGIN IF EXISTS ({_CLOSED}) THEN RAISE EXCEPTION '{_MESSAGE}'; END IF; RETURN NEW; END;",
        f"SELECT RAISE(ABORT, '{_MESSAGE}') WHERE EXISTS ({_CLOSED});",
    )
)
triggers.register(
    triggers.Trigger(
        "privacy_retentionitem_same",
        "privacy_retentionitem",
        "BEFORE UPDATE",
        f"BEGIN IF {_OTHER} THEN RAISE EXCEPTION '{_MESSAGE}'; END IF; RETURN NEW; END;",
        f"SELECT RAISE(ABORT, '{_MESSAGE}') WHERE {_OTHER};",
    )
)
