"""Households, their children, and each child's dated path into a movement."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import STAFF, Role
from accounts.models import User
from core.calendar import now, today
from core.encryption import EncryptedTextField
from core.erasing import erased_word
from core.restriction import is_restricted
from movements.models import Movement
from recruitment import triggers  # noqa: F401  registers what only a trigger can hold
from recruitment.enums import Confirmation, GuidanceRole, Stage, StopReason
from recruitment.names import searched


class HouseholdQuerySet(models.QuerySet["Household"]):
    """Households by who may see them."""

    def for_user(self, user: User) -> "HouseholdQuerySet":
        """The team of the youth service sees each household that is not set aside."""
        return self.in_use() if STAFF & user.roles else self.none()

    def in_use(self) -> "HouseholdQuerySet":
        """All but those that the privacy officer set aside."""
        return self.exclude(is_restricted(Household))

    def set_aside_for(self, user: User) -> "HouseholdQuerySet":
        """Those that the privacy officer set aside: owner and backup know that they are there."""
        own = Q(owner=user) | Q(backup=user)
        mine = self.filter(own) if STAFF & user.roles else self.none()
        return mine.filter(is_restricted(Household))

    def owned_by(self, user: User) -> "HouseholdQuerySet":
        """Those that somebody answers for, as owner or backup."""
        return self.for_user(user).filter(Q(owner=user) | Q(backup=user))

    def with_details_for(self, user: User) -> "HouseholdQuerySet":
        """Contacts and notes to read: for owner and backup, and a coordinator who gave a reason."""
        reader = Q(owner=user) | Q(backup=user)
        if Role.COORDINATOR in user.roles:
            looks = ReasonedLook.objects.open().filter(by=user, household=OuterRef("pk"))
            reader |= Q(Exists(looks))
        return self.for_user(user).filter(reader)

    def named(self, words: str, *, set_aside: bool = False) -> "HouseholdQuerySet":
        """Those with every word of `words` in the name of the family, a parent or a child.

        With `set_aside` also by a child that is set aside; only the privacy officer finds it so.
        """
        wanted = searched(words)
        found = self if wanted else self.none()
        for word in wanted:
            having = NameToken.objects.filter(token__in=word)
            if not set_aside:
                having = having.exclude(is_restricted(Child, "child"))
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


class ChildQuerySet(models.QuerySet["Child"]):
    """Children by whether they are set aside."""

    def in_use(self) -> "ChildQuerySet":
        """All but those that the privacy officer set aside, themselves or with their family."""
        return self.exclude(is_restricted(Child)).exclude(is_restricted(Household, "household"))


class Child(models.Model):
    """One child or young person, whatever the number of colleagues who met them."""

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="children", verbose_name=_("household")
    )
    first_name = EncryptedTextField(_("first name"))
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True)

    objects = ChildQuerySet.as_manager()

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

    @property
    def shown_name(self) -> str:
        """The first name, or the word that stands for it."""
        return self.first_name or erased_word()


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
        """The team of the youth service, of children who are not set aside; nobody else."""
        return self.in_use() if STAFF & user.roles else self.none()

    def in_use(self) -> "GuidanceQuerySet":
        """All but those of children that the privacy officer set aside."""
        apart = is_restricted(Child, "child"), is_restricted(Household, "child__household")
        return self.exclude(apart[0]).exclude(apart[1])


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


class ReasonedLookQuerySet(models.QuerySet["ReasonedLook"]):
    """Looks by moment."""

    def open(self) -> "ReasonedLookQuerySet":
        """Those that open the file at this moment."""
        return self.filter(at__lte=now(), until__gt=now())


class ReasonedLook(models.Model):
    """A coordinator opened contacts and notes of a family that is another's, and said why."""

    household = models.ForeignKey(
        Household, on_delete=models.CASCADE, related_name="looks", verbose_name=_("household")
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = EncryptedTextField(_("why"))
    at = models.DateTimeField(_("opened at"), default=now)
    until = models.DateTimeField(_("open until"))

    objects = ReasonedLookQuerySet.as_manager()

    class Meta:
        verbose_name = _("look with a reason")
        verbose_name_plural = _("looks with a reason")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("at")), name="look_ends_later")
        ]
        indexes = [models.Index(fields=["by", "until"], name="look_by_until")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
