"""Households, their children, and each child's dated path into a movement."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import STAFF
from accounts.models import User
from core.calendar import today
from core.encryption import EncryptedTextField
from movements.models import Movement
from recruitment import triggers  # noqa: F401  registers what only a trigger can hold
from recruitment.enums import Confirmation, GuidanceRole, Stage, StopReason
from recruitment.names import searched


class HouseholdQuerySet(models.QuerySet["Household"]):
    """Households by who may see them."""

    def for_user(self, user: User) -> "HouseholdQuerySet":
        """The team of the youth service sees each household; nobody else sees any."""
        return self if STAFF & user.roles else self.none()

    def with_details_for(self, user: User) -> "HouseholdQuerySet":
        """Contacts and notes: for the owner and one backup."""
        own = Q(owner=user) | Q(backup=user)
        return self.for_user(user).filter(own)

    def named(self, words: str) -> "HouseholdQuerySet":
        """Those with every word of `words` in the name of the family, a parent or a child."""
        wanted = searched(words)
        found = self if wanted else self.none()
        for word in wanted:
            having = NameToken.objects.filter(token__in=word)
            found = found.filter(pk__in=having.values("household"))
        return found


class Household(models.Model):
    """A family at one address. It is shown by its number; its name is encrypted."""

    family_name = EncryptedTextField(_("family name"))
    guardian_name = EncryptedTextField(_("parent or guardian"), blank=True)
    phone = EncryptedTextField(_("phone"), blank=True)
    address = EncryptedTextField(_("address"), blank=True)
    language = models.CharField(_("contact language"), max_length=40, blank=True)
    notes = EncryptedTextField(_("notes"), blank=True)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    backup = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("backup"),
    )
    opened_on = models.DateField(_("opened on"), default=today)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(backup__isnull=True) | ~Q(backup=F("owner")),
                name="household_backup_is_another",
                violation_error_message=_("The backup is somebody else than the owner."),
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_erased(self) -> bool:
        """Whether the person was erased: nobody else is without a name."""
        return not self.family_name


class Child(models.Model):
    """One child or young person, whatever the number of colleagues who met them."""

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="children", verbose_name=_("household")
    )
    first_name = EncryptedTextField(_("first name"))
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True)

    class Meta:
        verbose_name = _("child")
        verbose_name_plural = _("children")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_year__range=(1990, 2100)),
                name="child_birth_year",
                violation_error_message=_("Give a year such as 2014."),
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_erased(self) -> bool:
        """Whether the person was erased: nobody else is without a name."""
        return not self.first_name


class NameToken(models.Model):
    """The keyed fingerprint of one word of a name: of a child, or of its family and parent."""

    household = models.ForeignKey(
        Household,
        on_delete=models.CASCADE,
        related_name="name_tokens",
        verbose_name=_("household"),
    )
    child = models.ForeignKey(
        Child,
        on_delete=models.CASCADE,
        related_name="name_tokens",
        null=True,
        db_index=False,  # the constraint begins with it
        verbose_name=_("child"),
    )
    token = models.CharField(_("token"), max_length=32)

    class Meta:
        verbose_name = _("fingerprint of a name")
        verbose_name_plural = _("fingerprints of names")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "token"],
                condition=Q(child__isnull=True),
                name="name_token_of_a_family_once",
            ),
            models.UniqueConstraint(fields=["child", "token"], name="name_token_of_a_child_once"),
        ]
        indexes = [models.Index(fields=["token", "household"], name="name_token_search")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class GuidanceQuerySet(models.QuerySet["Guidance"]):
    """Guidances by who may see them."""

    def for_user(self, user: User) -> "GuidanceQuerySet":
        """The team of the youth service; nobody else."""
        return self if STAFF & user.roles else self.none()


class Guidance(models.Model):
    """One child's path into a movement; its stage is the last of its steps."""

    child = models.ForeignKey(
        Child, on_delete=models.PROTECT, related_name="guidances", verbose_name=_("child")
    )
    movement = models.ForeignKey(
        Movement,
        on_delete=models.PROTECT,
        related_name="guidances",
        null=True,
        blank=True,
        verbose_name=_("movement"),
    )
    role = models.CharField(
        _("joins as"),
        max_length=12,
        choices=GuidanceRole.choices,
        default=GuidanceRole.PARTICIPANT,
    )
    stage = models.CharField(
        _("stage"), max_length=14, choices=Stage.choices, default=Stage.CONTACTED
    )
    opened_on = models.DateField(_("opened on"), default=today)

    objects = GuidanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("guidance")
        verbose_name_plural = _("guidances")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values) & Q(role__in=GuidanceRole.values),
                name="guidance_words_known",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.MEMBER) | Q(movement__isnull=False),
                name="guidance_member_of_a_movement",
                violation_error_message=_("Say which movement the child became a member of."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class GuidanceStep(models.Model):
    """A dated stage of a guidance. Becoming a member says how we know (domain: 'Targets')."""

    guidance = models.ForeignKey(
        Guidance, on_delete=models.PROTECT, related_name="steps", verbose_name=_("guidance")
    )
    stage = models.CharField(_("stage"), max_length=14, choices=Stage.choices)
    on = models.DateField(_("on"), default=today)
    confirmation = models.CharField(
        _("how we know"), max_length=12, choices=Confirmation.choices, blank=True
    )
    reason = models.CharField(_("reason"), max_length=14, choices=StopReason.choices, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("step of a guidance")
        verbose_name_plural = _("steps of guidances")
        ordering = ["guidance", "on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values)
                & Q(confirmation__in=["", *Confirmation.values])
                & Q(reason__in=["", *StopReason.values]),
                name="step_words_known",
            ),
            models.CheckConstraint(
                condition=(Q(stage=Stage.MEMBER) & ~Q(confirmation=""))
                | (~Q(stage=Stage.MEMBER) & Q(confirmation="")),
                name="step_member_is_confirmed",
                violation_error_message=_("Say how we know that the child became a member."),
            ),
            models.CheckConstraint(
                condition=(Q(stage=Stage.STOPPED) & ~Q(reason=""))
                | (~Q(stage=Stage.STOPPED) & Q(reason="")),
                name="step_stop_has_reason",
                violation_error_message=_("Say why it stopped."),
            ),
        ]
        indexes = [models.Index(fields=["stage", "on"])]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.on}"
