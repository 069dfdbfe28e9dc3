"""Roles and which of them work in the web admin."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody may be here on a date; LEADER follows from mandates and is never granted."""

    COORDINATOR = "coordinator", _("coordinator")
    CONSULTANT = "consultant", _("youth consultant")
    ALDERMAN = "alderman", _("alderman")
    PRIVACY_OFFICER = "privacy_officer", _("privacy officer")
    LEADER = "leader", _("movement leader")


GRANTED = (Role.COORDINATOR, Role.CONSULTANT, Role.ALDERMAN, Role.PRIVACY_OFFICER)
STAFF = frozenset({Role.COORDINATOR, Role.CONSULTANT})
ADMIN_USERS = STAFF | {Role.PRIVACY_OFFICER}
