"""Handing out everything that is kept about one person (GDPR, articles 15 and 20)."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from core.calendar import today
from core.errors import Refused
from core.logs import log_access
from privacy.archive import archive
from privacy.export import sections
from privacy.models import SubjectRequest
from privacy.selectors import people_of
from programmes.selectors import shown_edition

AUTHORITY = {
    "name": "Gegevensbeschermingsautoriteit – Autorité de protection des données",
    "address": "Drukpersstraat 35 rue de la Presse, 1000 Brussel – Bruxelles",
    "email": "contact@apd-gba.be",
    "site": "https://www.gegevensbeschermingsautoriteit.be",
}


@transaction.atomic
def hand_out(*, request: SubjectRequest, language: str, by: User) -> Iterator[bytes]:
    """The zip for one person in a language (nl, fr or en), in pieces that are written on the way.

    That it was handed out is logged before the first piece exists. Raises Refused for a request
    that is closed, for somebody whom we do not know to be this person, and when nobody is named.
    """
    request = SubjectRequest.objects.get(pk=request.pk)
    if not request.is_open:
        raise Refused(_("This request is closed."))
    if not request.identity_checked:
        raise Refused(_("First make sure that it is this person."))
    people = people_of(request)
    if not people:
        raise Refused(_("First say which records are this person."))
    for record in (request, *(person for _kind, person in people)):
        log_access(actor=by, verb="exported", obj=record)
    with override(language):
        about = _about(request.pk, language)
    return archive(about=about, sections=sections(people), language=language)


def _about(number: int, language: str) -> dict[str, Any]:
    """What the law asks beside the rows: who keeps them, and where to complain."""
    edition = shown_edition()
    controller = {
        "name": edition.municipality,
        "programme": str(edition.name),
        "contact": edition.contact_email,
    }
    facts = {
        "request": number,
        "made_on": today(),
        "language": language,
        "controller": controller,
        "authority": AUTHORITY,
    }
    return {**facts, "facts": facts}
