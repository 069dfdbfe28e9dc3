"""Storytellers, their testimonies, and the consents under which a testimony is a public story."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import STAFF
from accounts.models import User
from core.calendar import today
from core.consent import Consent
from core.encryption import EncryptedTextField
from testimonies.enums import Channel, Giver, StorytellerKind, TestimonyState


class Storyteller(models.Model):
    """Somebody who tells; shown by an alias, never linked to a child or an account."""

    name = EncryptedTextField(_("name"))
    contact = EncryptedTextField(_("contact"), blank=True)
    alias = models.CharField(_("name in the story"), max_length=60)
    kind = models.CharField(_("who tells"), max_length=14, choices=StorytellerKind.choices)
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True, blank=True)

    class Meta:
        verbose_name = _("storyteller")
        verbose_name_plural = _("storytellers")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=StorytellerKind.values), name="storyteller_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["child", "young_person"]) | Q(birth_year__isnull=False),
                name="storyteller_minor_has_birth_year",
                violation_error_message=_("Give the birth year: it decides who consents."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class TestimonyQuerySet(models.QuerySet["Testimony"]):
    """Testimonies by who may see them."""

    __test__ = False

    def for_user(self, user: User) -> "TestimonyQuerySet":
        """The team of the youth service; nobody else."""
        return self if STAFF & user.roles else self.none()


class Testimony(models.Model):
    """A story in the making, then published, then perhaps withdrawn."""

    __test__ = False

    storyteller = models.ForeignKey(
        Storyteller,
        on_delete=models.PROTECT,
        related_name="testimonies",
        verbose_name=_("storyteller"),
    )
    collected_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("collected by")
    )
    collected_on = models.DateField(_("collected on"), default=today)
    title = models.CharField(_("title"), max_length=120)
    text = EncryptedTextField(_("text"), null=True)
    language = models.CharField(_("language of the story"), max_length=10, default="nl")
    state = models.CharField(
        _("state"), max_length=10, choices=TestimonyState.choices, default=TestimonyState.COLLECTED
    )
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    first_published_on = models.DateField(_("first published on"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)

    objects = TestimonyQuerySet.as_manager()

    class Meta:
        verbose_name = _("testimony")
        verbose_name_plural = _("testimonies")
        ordering = ["-first_published_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=TestimonyState.values), name="testimony_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=TestimonyState.PUBLISHED)
                | Q(first_published_on__isnull=False, approved_on__isnull=False),
                name="testimony_published_was_approved",
            ),
            models.CheckConstraint(
                condition=Q(state=TestimonyState.WITHDRAWN) ^ Q(withdrawn_on__isnull=True),
                name="testimony_withdrawn_has_date",
            ),
            models.CheckConstraint(
                condition=Q(first_published_on__isnull=True)
                | Q(first_published_on__gte=F("approved_on")),
                name="testimony_approved_first",
            ),
            # withdrawal takes the words away at once and leaves a tombstone
            models.CheckConstraint(
                condition=~Q(state=TestimonyState.WITHDRAWN) | Q(text__isnull=True, title=""),
                name="testimony_withdrawn_is_empty",
            ),
        ]
        indexes = [models.Index(fields=["first_published_on"])]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class TestimonyConsent(Consent):
    """A yes to one testimony on one channel, by the storyteller or a guardian."""

    __test__ = False

    testimony = models.ForeignKey(
        Testimony, on_delete=models.PROTECT, related_name="consents", verbose_name=_("testimony")
    )
    channel = models.CharField(
        _("channel"), max_length=12, choices=Channel.choices, default=Channel.SITE
    )
    giver = models.CharField(_("given by"), max_length=12, choices=Giver.choices)

    class Meta(Consent.Meta):
        verbose_name = _("consent to a testimony")
        verbose_name_plural = _("consents to testimonies")
        ordering = ["testimony", "channel", "-given_on", "-id"]
        constraints = [
            *Consent.Meta.constraints,
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values) & Q(giver__in=Giver.values),
                name="testimonyconsent_words_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.pk}"
