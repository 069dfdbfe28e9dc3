"""What erasing somebody whom a partner lends to the team asks for first."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core import subjects
from core.calendar import today
from core.erasing import Effect, Required


def end_secondments(user: User) -> Iterator[Effect]:
    """Whoever still works here is no stranger."""
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=today())
    if user.secondments.filter(lasting, ended_at__isnull=True).exists():
        yield Required(_("This person is still seconded to the team. End that first."))


subjects.extend("accounts.user", on_erasure=end_secondments)
