"""The accounts of the demonstration, by role. Nobody of them exists."""

from typing import TypedDict

from accounts.enums import Role


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
