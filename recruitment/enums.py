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


class StopReason(models.TextChoices):
    """Why a path stopped, in the words of the family."""

    COST = "cost", _("the cost")
    DISTANCE = "distance", _("the distance")
    TIME = "time", _("no time")
    LANGUAGE = "language", _("the language")
    NO_PLACE = "no_place", _("no place in the group")
    DID_NOT_FIT = "did_not_fit", _("it did not fit")
    BAD_EXPERIENCE = "bad_experience", _("a bad experience")
    FAMILY = "family", _("the family chose otherwise")
    MOVED = "moved", _("moved house")
    UNKNOWN = "unknown", _("we do not know")


S = Stage
ON_THE_WAY = (S.CONTACTED, S.INTAKE, S.MATCHED, S.WAITING_LIST, S.TRIAL)
# stages may be skipped, a match may fall through, and whoever stopped may come back in
TRANSITIONS: dict[Stage, frozenset[Stage]] = {
    S.CONTACTED: frozenset({S.INTAKE, S.MATCHED, S.WAITING_LIST, S.TRIAL, S.MEMBER, S.STOPPED}),
    S.INTAKE: frozenset({S.MATCHED, S.WAITING_LIST, S.TRIAL, S.MEMBER, S.STOPPED}),
    S.MATCHED: frozenset({S.INTAKE, S.WAITING_LIST, S.TRIAL, S.MEMBER, S.STOPPED}),
    S.WAITING_LIST: frozenset({S.INTAKE, S.MATCHED, S.TRIAL, S.MEMBER, S.STOPPED}),
    S.TRIAL: frozenset({S.INTAKE, S.MATCHED, S.WAITING_LIST, S.MEMBER, S.STOPPED}),
    S.MEMBER: frozenset({S.STOPPED}),
    S.STOPPED: frozenset({S.INTAKE, S.MATCHED, S.WAITING_LIST, S.TRIAL, S.MEMBER}),
}
