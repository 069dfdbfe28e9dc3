"""Ways into a team: the link to one person, and the link that a team passes on."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import now
from movements.enums import Function, JoinState
from movements.models.mandates import Mandate
from movements.models.movements import Movement


class Invitation(models.Model):
    """A link that says "you are in this team"; it shows a name and never signs anybody in."""

    mandate = models.ForeignKey(
        Mandate, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("mandate")
    )
    token_digest = models.CharField(_("digest of the link"), max_length=64, unique=True)
    sent_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    created_at = models.DateTimeField(_("sent"), default=now)
    expires_at = models.DateTimeField(_("valid until"))

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="invitation_expires_later",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.created_at:%Y-%m-%d}"


class TeamLink(models.Model):
    """A link that a team passes on to who comes next. It is no key: whoever opens it asks."""

    movement = models.ForeignKey(
        Movement, on_delete=models.CASCADE, related_name="team_links", verbose_name=_("movement")
    )
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    token_digest = models.CharField(_("digest of the link"), max_length=64, unique=True)
    starts_on = models.DateField(_("start of who asks by it"))
    created_at = models.DateTimeField(_("made"), default=now)
    expires_at = models.DateTimeField(_("valid until"))

    class Meta:
        verbose_name = _("link of a team")
        verbose_name_plural = _("links of teams")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="team_link_expires_later"
            )
        ]

    def __str__(self) -> str:
        return f"{self.movement_id} {self.created_at:%Y-%m-%d}"


class JoinRequest(models.Model):
    """Somebody who says to be of the next team; a main leader or the youth service decides."""

    movement = models.ForeignKey(
        Movement, on_delete=models.CASCADE, related_name="join_requests", verbose_name=_("movement")
    )
    link = models.ForeignKey(
        TeamLink,
        on_delete=models.SET_NULL,
        related_name="requests",
        null=True,
        blank=True,
        verbose_name=_("link"),
    )
    proposed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("proposed by"),
        help_text=_("a leader who gave this name; empty for who asked by a link"),
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"))
    function = models.CharField(
        _("function"), max_length=20, choices=Function.choices, default=Function.LEADER
    )
    turns_18_on = models.DateField(
        _("turns 18 on"), null=True, blank=True, help_text=_("only of somebody who is not 18 yet")
    )
    starts_on = models.DateField(_("from"))
    asked_at = models.DateTimeField(_("asked"), default=now)
    state = models.CharField(
        _("state"), max_length=10, choices=JoinState.choices, default=JoinState.WAITING
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )
    mandate = models.ForeignKey(
        Mandate,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("mandate"),
    )

    class Meta:
        verbose_name = _("request to join a team")
        verbose_name_plural = _("requests to join a team")
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(function__in=Function.values), name="join_function_known"
            ),
            models.CheckConstraint(
                condition=Q(state=JoinState.WAITING, decided_at__isnull=True)
                | Q(state__in=[JoinState.ACCEPTED, JoinState.REFUSED], decided_at__isnull=False),
                name="join_decided_when_not_waiting",
            ),
            models.UniqueConstraint(
                "movement",
                Lower("email"),
                condition=Q(state=JoinState.WAITING),
                name="join_waiting_once",
                violation_error_code="email",
                violation_error_message=_("This address asked already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.movement_id} {self.pk}"
