"""How a visit went and where the child lives."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """Only a conversation counts; the rest is logged and shown beside it."""

    CONVERSATION = "conversation", _("we talked")
    NOBODY_HOME = "nobody_home", _("nobody home")
    CANCELLED = "cancelled", _("cancelled")
    REFUSED = "refused", _("not welcome this time")


class Place(models.TextChoices):
    """Where the child lives; anything else is a contact and not a visit."""

    HOME = "home", _("at home")
    RECEPTION_CENTRE = "reception_centre", _("in the reception centre")


class Purpose(models.TextChoices):
    """Why we went."""

    ACQUAINTANCE = "acquaintance", _("getting to know each other")
    FOLLOW_UP = "follow_up", _("asking how it goes")
    PRACTICAL = "practical", _("something practical")
