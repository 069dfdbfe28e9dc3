"""The accounts of the demonstration, by role. Nobody of them exists."""

from collections.abc import Iterator
from random import Random
from typing import TypedDict

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt

from accounts.enums import ADMIN_USERS, Role
from accounts.models import User
from accounts.selectors import has_factor


class Account(TypedDict):
    """Somebody who can sign in to the demonstration."""

    role: Role
    name: str
    email: str


def _account(role: Role, name: str, email: str) -> Account:
    return {"role": role, "name": name, "email": f"{email}@demo.example"}


ACCOUNTS = [
    _account(Role.COORDINATOR, "Karin Wouters", "karin"),
    _account(Role.CONSULTANT, "Yusuf Demir", "yusuf"),
    _account(Role.CONSULTANT, "Lotte Maes", "lotte"),
    _account(Role.ALDERMAN, "An Verlinden", "an"),
    _account(Role.PRIVACY_OFFICER, "Pieter De Smet", "pieter"),
    _account(Role.LEADER, "Noor Claes", "noor"),
    _account(Role.LEADER, "Sami Haddad", "sami"),
    _account(Role.LEADER, "Jonas Peeters", "jonas"),
]


# she works in the team on behalf of a partner
SECONDED, PARTNER = "lotte@demo.example", "Buurtwerk De Lindeboom"


def give_apps() -> None:
    """An app for the phone to each account that needs one and has none; nobody has the phone."""
    emails = [account["email"] for account in ACCOUNTS if account["role"] in ADMIN_USERS]
    for user in User.objects.filter(email__in=emails):
        if not has_factor(user):
            TOTP.activate(user, generate_totp_secret())
            RecoveryCodes.activate(user).mark_as_viewed()


def app_code(email: str) -> str:
    """What that phone would show now; empty for who has none."""
    kind = Authenticator.Type.TOTP
    app = Authenticator.objects.filter(user__email=email, type=kind).first()
    if app is None:
        return ""
    now = list(yield_hotp_counters_from_time())[app_settings.TOTP_TOLERANCE]
    return format_hotp_value(hotp_value(decrypt(app.data["secret"]), now))


# names for everybody else: leaders, families
FIRST_NAMES = (
    "Amina Bilal Cas Dilara Elif Fien Gilles Hanne Ilias Jana Kobe Leyla Mats Nour Oskar Paulien "
    "Rayan Sanne Tibe Umay Vera Wout Yara Zakaria Lina Mohamed Eva Luka Samira Daan"
).split()
FAMILY_NAMES = (
    "Aerts Bakkali Ceulemans Dervishi Essers Farah Goossens Hamidi Ibrahim Janssens Kaya Lemmens "
    "Mertens Ngoma Okafor Pauwels Quintens Rahimi Smets Tesfay Uytterhoeven Vermeulen Willems "
    "Yilmaz Zeroual"
).split()


def everybody_else() -> Iterator[tuple[str, str]]:
    """Names and addresses of leaders: no name twice, so that nobody is taken for somebody else."""
    names = [(first, last) for first in FIRST_NAMES for last in FAMILY_NAMES]
    Random(2021).shuffle(names)
    for first, last in names:
        yield f"{first} {last}", f"{first}.{last}@demo.example".lower()
