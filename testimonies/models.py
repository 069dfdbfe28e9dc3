"""Storytellers, their testimonies, and the consents under which a testimony is a public story."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import STAFF, Role
from accounts.models import User
from core.calendar import today
from core.consent import Consent
from core.encryption import EncryptedTextField
from core.restriction import is_restricted
from recruitment.names import searched
from testimonies.enums import (
    MAYBE_MINORS,
    RIGHT_TO_LEFT,
    Channel,
    Giver,
    StoryLanguage,
    StorytellerKind,
    TestimonyState,
)

# Only the birth year is kept, so somebody may be a year younger than the difference says.
# Where that leaves two readings (12 or 18 in this year) both givers are asked.
CHILD_CONSENTS_FROM = 12
GUARDIAN_CONSENTS_UNTIL = 18


class StorytellerQuerySet(models.QuerySet["Storyteller"]):
    """Storytellers by name."""

    def named(self, words: str) -> "StorytellerQuerySet":
        """Those with every word in the name, or in the name that stands in the story."""
        found = self.none() if not words.split() else self
        for word in words.split():
            having = Q(alias__icontains=word)
            for tokens in searched(word):
                having |= Q(name_tokens__token__in=tokens)
            found = found.filter(pk__in=Storyteller.objects.filter(having).values("pk"))
        return found


class Storyteller(models.Model):
    """Somebody who tells; shown by an alias, never linked to a child or an account."""

    name = EncryptedTextField(_("name"))
    contact = EncryptedTextField(_("contact"), blank=True)
    alias = models.CharField(_("name in the story"), max_length=60)
    kind = models.CharField(_("who tells"), max_length=14, choices=StorytellerKind.choices)
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True, blank=True)

    objects = StorytellerQuerySet.as_manager()

    class Meta:
        verbose_name = _("storyteller")
        verbose_name_plural = _("storytellers")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=StorytellerKind.values), name="storyteller_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=MAYBE_MINORS) | Q(birth_year__isnull=False),
                name="storyteller_minor_has_birth_year",
                violation_error_message=_("Give the birth year: it decides who consents."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_erased(self) -> bool:
        """Whether the person was erased: nobody else is without a name."""
        return not self.name


class StorytellerToken(models.Model):
    """The keyed fingerprint of one word of a storyteller's name."""

    storyteller = models.ForeignKey(
        Storyteller,
        on_delete=models.CASCADE,
        related_name="name_tokens",
        db_index=False,  # the constraint begins with it
        verbose_name=_("storyteller"),
    )
    token = models.CharField(_("token"), max_length=32)

    class Meta:
        verbose_name = _("fingerprint of a storyteller's name")
        verbose_name_plural = _("fingerprints of storytellers' names")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["storyteller", "token"], name="storyteller_token_once")
        ]
        indexes = [models.Index(fields=["token", "storyteller"], name="storyteller_token_search")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class TestimonyQuerySet(models.QuerySet["Testimony"]):
    """Testimonies by who may see them."""

    __test__ = False

    def for_user(self, user: User) -> "TestimonyQuerySet":
        """The team of the youth service, of storytellers who are not set aside; nobody else."""
        return self.in_use() if STAFF & user.roles else self.none()

    def in_use(self) -> "TestimonyQuerySet":
        """All but those of storytellers whom the privacy officer set aside."""
        return self.exclude(is_restricted(Storyteller, "storyteller"))

    def with_details_for(self, user: User) -> "TestimonyQuerySet":
        """Name, contact and consents: for who collected it and for the coordinator."""
        mine = self.for_user(user)
        return mine if Role.COORDINATOR in user.roles else mine.filter(collected_by=user)

    def consented_on(self, day: date) -> "TestimonyQuerySet":
        """Those that the right people allow on the site on a day, and nobody took back.

        Under 12 the guardian, from 12 to 17 the storyteller too, adults the storyteller alone.
        """
        grown = Q(storyteller__birth_year__isnull=True) | Q(
            storyteller__birth_year__lt=day.year - GUARDIAN_CONSENTS_UNTIL
        )
        little = Q(storyteller__birth_year__gt=day.year - CHILD_CONSENTS_FROM)
        given = TestimonyConsent.objects.for_site().filter(testimony=OuterRef("pk")).valid_on(day)
        no = TestimonyConsent.objects.for_site().filter(testimony=OuterRef("pk")).refusals_on(day)
        return self.filter(
            grown | Exists(given.filter(giver=Giver.GUARDIAN)),
            little | Exists(given.filter(giver=Giver.STORYTELLER)),
            ~Exists(no),
        )

    def online_on(self, day: date) -> "TestimonyQuerySet":
        """Those that anybody could read on a day, judged by what is known now."""
        still = Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day)
        return self.filter(still, first_published_on__lte=day).consented_on(day)


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
    language = models.CharField(
        _("language of the story"),
        max_length=10,
        choices=StoryLanguage.choices,
        default=StoryLanguage.NL,
    )
    state = models.CharField(
        _("state"), max_length=10, choices=TestimonyState.choices, default=TestimonyState.COLLECTED
    )
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    first_published_on = models.DateField(_("first published on"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = TestimonyQuerySet.as_manager()

    class Meta:
        verbose_name = _("testimony")
        verbose_name_plural = _("testimonies")
        ordering = ["-first_published_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=TestimonyState.values) & Q(language__in=StoryLanguage.values),
                name="testimony_words_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=TestimonyState.PUBLISHED) | Q(first_published_on__isnull=False),
                name="testimony_published_has_date",
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
            models.CheckConstraint(
                condition=Q(state=TestimonyState.WITHDRAWN)
                | (Q(state=TestimonyState.COLLECTED) ^ Q(approved_on__isnull=False)),
                name="testimony_approval_has_date",
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

    @property
    def direction(self) -> str:
        """The direction of writing, as the `dir` attribute wants it."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"


class TestimonyConsentQuerySet(models.QuerySet["TestimonyConsent"]):
    """Consents by channel and day."""

    __test__ = False

    def for_site(self) -> "TestimonyConsentQuerySet":
        """Those for our own pages."""
        return self.filter(channel=Channel.SITE)

    def valid_on(self, day: date) -> "TestimonyConsentQuerySet":
        """Those that hold on a day (the same rule as Consent.valid_on)."""
        kept = Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day)
        return self.filter(kept, given_on__lte=day, expires_on__gte=day)

    def refusals_on(self, day: date) -> "TestimonyConsentQuerySet":
        """Those taken back, with no later yes of the same kind of giver: such a no blocks.

        Of two parents, and of a child under 12, a no therefore counts although another said yes.
        """
        later = (
            TestimonyConsent.objects.valid_on(day)
            .filter(testimony=OuterRef("testimony"), channel=OuterRef("channel"))
            .filter(giver=OuterRef("giver"), given_on__gte=OuterRef("withdrawn_on"))
        )
        return self.filter(~Exists(later), withdrawn_on__lte=day)


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

    objects = TestimonyConsentQuerySet.as_manager()

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
