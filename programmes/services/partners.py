"""Writes about partners, their data agreements and the people they second.

Each locks the row of the partner first, so that an agreement cannot end while somebody comes in
under it, and two secondments of one person cannot be written at the same time.
"""

from datetime import date
from typing import TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import end_sessions, ensure_user, invite_colleague
from core.calendar import now, today
from core.errors import Refused
from core.logs import log_activity
from programmes.models import DataAgreement, Partner, Secondment

Dated = TypeVar("Dated", DataAgreement, Secondment)


# Partners --------------------------------------------------------------------------------------


@transaction.atomic
def add_partner(*, name: str, by: User | None, contact_email: str = "") -> Partner:
    """Add an organisation. Raises ValidationError for a name that is there or missing."""
    partner = Partner(name=" ".join(name.split()), contact_email=contact_email.strip())
    partner.full_clean()
    partner.save()
    log_activity(actor=by, verb="added", obj=partner)
    return partner


@transaction.atomic
def change_partner(*, partner: Partner, name: str, contact_email: str, by: User | None) -> Partner:
    """Correct name or contact. Raises ValidationError for a name that is there or missing."""
    stored = _locked(partner.pk)
    new = {"name": " ".join(name.split()), "contact_email": contact_email.strip()}
    changed = [field for field, value in new.items() if getattr(stored, field) != value]
    for field in changed:
        setattr(stored, field, new[field])
    stored.full_clean()
    stored.save(update_fields=changed)
    if changed:
        log_activity(actor=by, verb="changed", obj=stored, fields=changed)
    return stored


def _locked(partner_id: int) -> Partner:
    return Partner.objects.select_for_update().get(pk=partner_id)


# Data agreements -------------------------------------------------------------------------------


@transaction.atomic
def record_agreement(
    *,
    partner: Partner,
    reference: str,
    signed_on: date,
    by: User | None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> DataAgreement:
    """Record a signed agreement, in force from a day on (today when not said).

    Raises Refused for a day of signing that is still to come, ValidationError for days in a wrong
    order, a missing reference, or an agreement that was recorded already.
    """
    if signed_on > today():
        raise Refused(_("Record an agreement once it is signed."))
    _locked(partner.pk)
    agreement = DataAgreement(
        partner=partner,
        reference=reference.strip(),
        signed_on=signed_on,
        starts_on=starts_on or today(),
        ends_on=ends_on,
    )
    agreement.full_clean()
    agreement.save()
    log_activity(actor=by, verb="recorded", obj=agreement)
    return agreement


@transaction.atomic
def plan_agreement_end(
    *, agreement: DataAgreement, ends_on: date | None, by: User | None
) -> DataAgreement:
    """Set the last day of an agreement, or take that day away (None).

    Raises Refused for one that is over, ValidationError for a day before the start.
    """
    return _plan_end(agreement, ends_on, by)


@transaction.atomic
def end_agreement(*, agreement: DataAgreement, by: User | None) -> DataAgreement:
    """End an agreement at this moment: the next request of the partner's people is refused.

    Unless another agreement with that partner is in force. Raises Refused for one that is over.
    """
    return _end_now(agreement, by)


# Secondments -----------------------------------------------------------------------------------


@transaction.atomic
def second_user(
    *,
    partner: Partner,
    email: str,
    full_name: str,
    by: User | None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    language: str = "nl",
) -> Secondment:
    """Take somebody of a partner into the team from a day on; an account is made when needed.

    They are invited by mail to set up their second factor.

    Raises Refused when no data agreement with the partner is in force on the first day (the rule of
    the privacy page), for a closed account and for somebody who is seconded in that period already;
    ValidationError for an address that is none or days in a wrong order.
    """
    start = starts_on or today()
    _locked(partner.pk)
    if not DataAgreement.objects.active(start).filter(partner=partner, ended_at=None).exists():
        raise Refused(
            _("A partner’s people get an account only once its data agreement is recorded.")
        )
    user = ensure_user(email=email, full_name=full_name, language=language, by=by)
    if not user.is_active:
        raise Refused(_("The account of this address is closed. Open it first."))
    secondment = Secondment(user=user, partner=partner, starts_on=start, ends_on=ends_on)
    secondment.full_clean()
    _refuse_overlap(secondment)
    secondment.save()
    # how long a session may last follows from the roles at sign-in
    end_sessions(user=user)
    log_activity(actor=by, verb="seconded", obj=secondment)
    invite_colleague(user=user, by=by, starts_on=start)
    return secondment


@transaction.atomic
def plan_secondment_end(
    *, secondment: Secondment, ends_on: date | None, by: User | None
) -> Secondment:
    """Set the last day of a secondment, or take that day away (None).

    Raises Refused for one that is over or would run into another one of the same person and
    partner, ValidationError for a day before the start.
    """
    return _plan_end(secondment, ends_on, by)


@transaction.atomic
def end_secondment(*, secondment: Secondment, by: User | None) -> Secondment:
    """End a secondment at this moment; the next request is refused. Raises Refused when over."""
    return _end_now(secondment, by)


def _refuse_overlap(secondment: Secondment) -> None:
    until = secondment.ends_on or date.max
    others = Secondment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=secondment.starts_on),
        user=secondment.user,
        partner=secondment.partner,
        starts_on__lte=until,
        ended_at__isnull=True,
    )
    if others.exclude(pk=secondment.pk).exists():
        raise Refused(_("This person is seconded by this partner in that period already."))


# Both ------------------------------------------------------------------------------------------


def _open(dated: Dated) -> Dated:
    """The row as it is now, locked with its partner. Raises Refused when it is over."""
    _locked(dated.partner_id)
    stored = type(dated)._default_manager.select_for_update().get(pk=dated.pk)
    if stored.is_over:
        raise Refused(_("This is over already."))
    return stored


def _plan_end(dated: Dated, ends_on: date | None, by: User | None) -> Dated:
    stored = _open(dated)
    stored.ends_on = ends_on
    stored.full_clean()
    if isinstance(stored, Secondment):
        _refuse_overlap(stored)
    stored.save(update_fields=["ends_on"])
    log_activity(actor=by, verb="changed", obj=stored, fields=["ends_on"])
    return stored


def _end_now(dated: Dated, by: User | None) -> Dated:
    stored = _open(dated)
    # what has not begun ends on its first day, and the moment says that it never held
    stored.ends_on, stored.ended_at = max(today(), stored.starts_on), now()
    stored.save(update_fields=["ends_on", "ended_at"])
    log_activity(actor=by, verb="ended", obj=stored)
    return stored
