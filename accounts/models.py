"""Users (the e-mail address is the login) and the roles granted to them."""

from datetime import date
from functools import cached_property
from typing import Any

import rules
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import ADMIN_USERS, GRANTED, Role
from core.calendar import now, today
from core.erasing import erased_word


class UserManager(BaseUserManager["User"]):
    """Finds people by address, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody who can sign in. What they may do follows from today's roles and mandates."""

    email = models.EmailField(_("e-mail address"))
    full_name = models.CharField(_("name"), max_length=120)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="nl"
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["full_name", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("Somebody with this e-mail address exists already."),
            ),
            # allauth looks for the address in small letters
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or erased_word()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    @property
    def key(self) -> str:
        """How logs and the outbox name this person."""
        return f"user:{self.pk}"

    @property
    def is_erased(self) -> bool:
        """Whether the person was erased: nobody else is without a name."""
        return not self.full_name

    @cached_property
    def roles(self) -> frozenset[str]:
        """Today's roles; read once per request, because each request loads its own user."""
        return access.roles_of(self)

    @property
    def is_staff(self) -> bool:
        """Whether the web admin is for them (Django's admin asks by this name)."""
        return bool(self.roles & ADMIN_USERS)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Whether a rule named `perm` allows it; a name without a rule allows nothing."""
        return self.is_active and bool(rules.has_perm(perm, self, obj))

    def has_module_perms(self, app_label: str) -> bool:
        """The admin hides what no rule shows; the pages themselves ask has_perm."""
        return self.is_active and self.is_staff


def holds_on(on: date | None = None) -> models.Q:
    """The condition that a dated row, which can be ended at a moment, holds on a day.

    Without a day: at this moment. What is ended keeps its last day and the moment (`ended_at`).
    """
    day = on or today()
    ends = models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=day)
    # one that was ended before it began never held
    begun = models.Q(ended_at__date__gte=models.F("starts_on")) if on else models.Q(pk__in=[])
    return ends & models.Q(starts_on__lte=day) & (models.Q(ended_at__isnull=True) | begun)


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """Grants by date."""

    def active(self, on: date | None = None) -> "RoleGrantQuerySet":
        """Those that hold on a day; without a day: those that hold at this moment."""
        return self.filter(holds_on(on))


class RoleGrant(models.Model):
    """One person's role from a day on. "End now" keeps the moment too, and access stops at it."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="grants", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=20, choices=[(r.value, r.label) for r in GRANTED])
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["user", "role", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=[r.value for r in GRANTED]), name="grant_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="grant_ends_after_start",
                violation_error_message=_("The end comes before the start."),
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(ends_on__isnull=True, ended_at__isnull=True),
                name="grant_open_once",
                violation_error_message=_("This person has this role already."),
            ),
        ]

    def __str__(self) -> str:
        return str(Role(self.role).label)


class StaffInvitationQuerySet(models.QuerySet["StaffInvitation"]):
    """Invitations by moment."""

    def open(self) -> "StaffInvitationQuerySet":
        """Those that were not used yet and still hold."""
        return self.filter(accepted_at__isnull=True, expires_at__gt=now())


class StaffInvitation(models.Model):
    """Leave to set up a first second factor, for some days.

    Without it, whoever gets hold of a mailbox could sign in as a colleague who never did. It is not
    a link: the mail leads to the ordinary sign-in page.
    """

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("user")
    )
    sent_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("sent by")
    )
    created_at = models.DateTimeField(_("sent"), default=now)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("used"), null=True, blank=True)

    objects = StaffInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation of a colleague")
        verbose_name_plural = _("invitations of colleagues")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="staff_invitation_expires_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"


class CalendarFeed(models.Model):
    """The secret address under which a calendar program reads the dates of one person.

    What stands in it follows the roles of each moment, and names nobody.
    """

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="calendar_feed", verbose_name=_("user")
    )
    token_digest = models.CharField(_("digest of the address"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("made"), default=now)

    class Meta:
        verbose_name = _("address of a calendar")
        verbose_name_plural = _("addresses of calendars")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"
