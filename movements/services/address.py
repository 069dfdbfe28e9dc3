"""Another e-mail address for oneself: proven by a code that goes there, then used everywhere."""

from allauth.core.internal.cryptokit import generate_user_code
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.services import update_user
from core.calendar import now
from core.errors import Refused
from core.logs import log_activity
from core.outbox import enqueue
from movements.models import Mandate
from movements.services.checks import checked


@transaction.atomic
def send_address_code(*, by: User, email: str) -> str:
    """Mail a code to the address that somebody wants to use; gives the code.

    Whether the address is known here is not looked up: only its owner hears that. Raises Refused
    for the address one has, and for who has a role beside leading: their sign-in is not only theirs
    to change.
    """
    email = email.strip().lower()
    _refuse_others(by)
    if email == by.email:
        raise Refused(_("This is the address you have now."))
    code: str = generate_user_code(length=6, dashed=True)
    enqueue(
        kind="address_code",
        object_id=by.pk,
        step=f"{now():%Y-%m-%d %H:%M:%S.%f}",
        # a wrong address is no mail to this person that did not arrive
        recipient=f"address:{by.pk}",
        language=by.language,
        payload={"code": code, "email": email},
        urgent=True,
    )
    return code


@transaction.atomic
def change_own_address(*, by: User, email: str) -> list[Mandate]:
    """Let somebody sign in and get mail at an address they proved to read; gives their functions.

    Those that are over keep the address of that time. The old address is told. Every session ends.
    Raises Refused when somebody else has the address, here or in the same team.
    """
    _refuse_others(by)
    old = User.objects.select_for_update().get(pk=by.pk).email
    _give_account(by, email.strip().lower())
    mandates = list(Mandate.objects.not_over().filter(user=by).select_for_update().order_by("pk"))
    for mandate in mandates:
        mandate.email = email.strip().lower()
        checked(mandate)
        mandate.save(update_fields=["email"])
        log_activity(actor=by, verb="changed", obj=mandate, fields=["email"])
    enqueue(
        kind="address_changed",
        object_id=by.pk,
        step=f"{now():%Y-%m-%d %H:%M:%S.%f}",
        recipient=f"address:{by.pk}",
        language=by.language,
        payload={"email": old},
        urgent=True,
    )
    return mandates


def _give_account(by: User, email: str) -> None:
    try:
        with transaction.atomic():
            update_user(
                user=by,
                full_name=by.full_name,
                language=by.language,
                is_active=True,
                by=by,
                email=email,
            )
    except ValidationError as error:
        text = _("Somebody signs in with this address already. Ask the youth service to look.")
        raise Refused(text) from error


def _refuse_others(user: User) -> None:
    if user.roles - {Role.LEADER}:
        raise Refused(_("You do more here than leading a group. Ask the coordinator to change it."))
