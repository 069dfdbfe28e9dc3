"""What `manage.py check --deploy` asks of a production environment, on top of Django's own.

The settings already refuse to start without keys or with DEBUG on; these find what starts well
and is still wrong.
"""

from datetime import date
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

DEVELOPMENT_SERVICES = "is meant for one machine; several containers need a service they share."


@register(Tags.security, deploy=True)
def check_mode(**kwargs: Any) -> list[CheckMessage]:
    """The modes for desks show sign-in codes and have keys that everybody knows."""
    if settings.PRODUCTION:
        return []
    return [Error(f"MODE is {settings.MODE}; leave it out in production.", id="config.E001")]


@register(Tags.security, deploy=True)
def check_keys(**kwargs: Any) -> list[CheckMessage]:
    """Keys of the right form, and long enough."""
    messages: list[CheckMessage] = []
    for number, key in enumerate(settings.FIELD_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            messages.append(
                Error(f"Key {number} of FIELD_KEYS is no Fernet key.", id="config.E002")
            )
    for number, key in enumerate(settings.INDEX_KEYS, start=1):
        if len(key) < 32:
            text = f"Key {number} of INDEX_KEYS is shorter than 32 characters."
            messages.append(Error(text, id="config.E003"))
    return messages


@register(Tags.security, deploy=True)
def check_services(**kwargs: Any) -> list[CheckMessage]:
    """The embedded services serve a demonstration, not a city."""
    messages: list[CheckMessage] = []
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        messages.append(Warning(f"SQLite {DEVELOPMENT_SERVICES}", id="config.W001"))
    if settings.CELERY_BROKER_URL.startswith("filesystem"):
        messages.append(Warning(f"The broker in a folder {DEVELOPMENT_SERVICES}", id="config.W002"))
    if settings.MAIL_DOMAIN == "localhost":
        messages.append(
            Warning("FROM_EMAIL is still at localhost; mail would be refused.", id="config.W003")
        )
    return messages


@register(Tags.security, deploy=True)
def check_sign_on(**kwargs: Any) -> list[CheckMessage]:
    """A city's sign-on is complete, and asked at a secure address."""
    if not settings.OIDC_ISSUER:
        return []
    rest = ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME")
    messages: list[CheckMessage] = [
        Error(f"OIDC_ISSUER is set and {name} is not.", id="config.E006")
        for name in rest
        if not getattr(settings, name)
    ]
    if not settings.OIDC_ISSUER.startswith("https://"):
        messages.append(Error("OIDC_ISSUER must be https.", id="config.E005"))
    return messages


@register(Tags.security, deploy=True)
def check_tombstones(**kwargs: Any) -> list[CheckMessage]:
    """What is restored together with the rest cannot tell what was erased since."""
    if not settings.TOMBSTONES.is_relative_to(settings.STATE_DIR):
        return []
    text = "TOMBSTONES lies in STATE_DIR; it belongs where no restore reaches it."
    return [Warning(text, id="config.W004")]


@register(Tags.security, deploy=True)
def check_address(**kwargs: Any) -> list[CheckMessage]:
    """Links in mails and on certificates carry this address, so it is the secure one."""
    if settings.SECURE:
        return []
    return [Error(f"PUBLIC_URL is {settings.PUBLIC_URL}; it must be https.", id="config.E004")]


@register()
def check_working_year(**kwargs: Any) -> list[CheckMessage]:
    """The three days of the working year of movements, which come in this order."""
    names = ("WORKING_YEAR_STARTS", "LEADERS_CONFIRM_BY", "LEADERS_END_ON")
    days = [getattr(settings, name) for name in names]
    wrong = [name for name, day in zip(names, days, strict=True) if not _is_day_of_every_year(day)]
    if wrong:
        text = "must be a day of every year, as MM-DD; 02-29 is none."
        return [Error(f"{name} {text}", id="config.E007") for name in wrong]
    start, confirm_by, end = days
    # counted from the start of the working year, which may be any day
    if (confirm_by < start, confirm_by) > (end < start, end) or confirm_by == start:
        text = f"{names[1]} comes after {names[0]} and not after {names[2]}."
        return [Error(text, id="config.E008")]
    return []


def _is_day_of_every_year(text: str) -> bool:
    try:
        day = date.fromisoformat(f"2027-{text}")
    except ValueError:
        return False
    return f"{day:%m-%d}" == text
