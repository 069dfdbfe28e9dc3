"""What people do in a movement, and what an import says of a row."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Function(models.TextChoices):
    """The function of a mandate."""

    MAIN_LEADER = "main_leader", _("main leader")
    LEADER = "leader", _("leader")
    ADULT_SUPERVISOR = "adult_supervisor", _("adult supervisor")


# who decides about the team; other leaders propose
RUNS_TEAM = (Function.MAIN_LEADER, Function.ADULT_SUPERVISOR)


class TeamState(models.TextChoices):
    """How the main leadership of a movement stands."""

    NOBODY = "nobody", _("no main leader")
    UNINVITED = "uninvited", _("main leader not invited yet")
    UNCONFIRMED = "unconfirmed", _("main leader has not said yet that they go on")
    ENDS_SOON = "ends_soon", _("ends within six months")
    IN_PLACE = "in_place", _("in place")


class SuccessionKind(models.TextChoices):
    """How one movement follows on another."""

    MERGED = "merged", _("merged into")
    SPLIT = "split", _("split off")


class JoinState(models.TextChoices):
    """What became of a request to join a team."""

    WAITING = "waiting", _("waiting")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")


class RowResult(models.TextChoices):
    """The one result of each imported row, in the order in which reasons count."""

    LEFT_OUT = "left_out", _("left out")
    REFUSED = "refused", _("refused")
    OUTSIDE = "outside", _("outside the municipality")
    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")


class Reason(models.TextChoices):
    """Why a row has its result; the first that holds counts."""

    UNKNOWN_FEDERATION = "unknown_federation", _("unknown federation")
    MALFORMED_CODE = "malformed_code", _("malformed number")
    DISTRICT = "district", _("district")
    REGION = "region", _("gouw")
    STOPPED = "stopped", _("stopped")
    DUPLICATE = "duplicate", _("number stands there more than once")
    NO_NAME = "no_name", _("no name")
    TOO_LONG = "too_long", _("text too long")
    ELSEWHERE = "elsewhere", _("another municipality")
    NO_MUNICIPALITY = "no_municipality", _("no municipality")


class TeamResult(models.TextChoices):
    """The one result of each row of an imported list of teams."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    ENDS = "ends", _("ends sooner")
    UNCHANGED = "unchanged", _("unchanged")
    REPEATED = "repeated", _("stands there twice")
    REFUSED = "refused", _("refused")


class TeamReason(models.TextChoices):
    """Why a row of a list of teams is refused; the first that holds counts."""

    NO_MOVEMENT = "no_movement", _("no movement named")
    UNKNOWN_MOVEMENT = "unknown_movement", _("unknown movement")
    SEVERAL_MOVEMENTS = "several_movements", _("several movements with this name")
    STOPPED_MOVEMENT = "stopped_movement", _("the movement stopped")
    NO_NAME = "no_name", _("no name")
    BAD_NAME = "bad_name", _("not a name")
    NO_ADDRESS = "no_address", _("no e-mail address")
    BAD_ADDRESS = "bad_address", _("not a single e-mail address")
    SHARED_ADDRESS = "shared_address", _("one address for several names")
    OTHER_NAME = "other_name", _("the address is somebody else's here")
    BAD_FUNCTION = "bad_function", _("unknown function")
    BAD_PHONE = "bad_phone", _("not a phone number")
    BAD_DAY = "bad_day", _("not a day")
    END_BEFORE_START = "end_before_start", _("the end comes before the start")
    OVER = "over", _("ended here already")
    OVERLAP = "overlap", _("two rows for the same time")
