"""Stages of a child's path into a movement."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """How far a guidance is."""

    CONTACTED = "contacted", _("contacted")
    INTAKE = "intake", _("intake")
    MATCHED = "matched", _("matched")
    WAITING_LIST = "waiting_list", _("on a waiting list")
    TRIAL = "trial", _("trying out")
    MEMBER = "member", _("member")
    STOPPED = "stopped", _("stopped")


class Confirmation(models.TextChoices):
    """How we know that somebody became a member."""

    MOVEMENT = "movement", _("the movement confirmed the registration")
    FAMILY = "family", _("the family confirmed the registration")
    ATTENDANCE = "attendance", _("third attendance")


class GuidanceRole(models.TextChoices):
    """What the child or young person joins as."""

    PARTICIPANT = "participant", _("participant")
    LEADER = "leader", _("leader")
