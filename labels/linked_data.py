"""The register in the words of schema.org, for search engines and other programs.

A data block is no script: browsers neither run it nor ask the content policy about it.
"""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.translated import Translated
from labels.models import Label
from labels.selectors.register import PublicEntry
from movements.models import Movement

LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
# no name can end the block or open a comment in it
_HARMLESS = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&"}


def data_block(data: dict[str, Any]) -> SafeString:
    """Data as an element for the head of a page."""
    text = json.dumps({"@context": "https://schema.org", **data}).translate(_HARMLESS)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # nosec B308 B703


def movement_address(movement: Movement) -> str:
    """The page of a movement in the register, as the world finds it; it never changes."""
    return settings.PUBLIC_URL + reverse("labels:movement", args=[movement.pk])


def movement_data(entry: PublicEntry) -> dict[str, Any]:
    """A movement and, as long as its label is valid, the label; otherwise only that it is not."""
    valid = entry.label is not None
    status = f"https://schema.org/Certification{'Active' if valid else 'Inactive'}"
    label = {"@type": "Certification", "certificationStatus": status}
    if entry.label is not None:
        label |= _facts(entry.label)
    return {**_organisation(entry.movement), "hasCertification": label}


def register_data(labels: list[Label]) -> dict[str, Any]:
    """The movements that a page of the register lists."""
    items = [
        {"@type": "ListItem", "position": position, "item": _organisation(label.movement)}
        for position, label in enumerate(labels, start=1)
    ]
    return {"@type": "ItemList", "name": _("Who has the label?"), "itemListElement": items}


def dataset_data(description: str) -> dict[str, Any]:
    """The register as a set of data that everybody may use."""
    files = {"application/json": "labels:open_json", "text/csv": "labels:open_csv"}
    return {
        "@type": "Dataset",
        "name": _("The register as open data"),
        "description": description,
        "url": settings.PUBLIC_URL + reverse("labels:open_data"),
        "license": LICENCE,
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": kind,
                "contentUrl": settings.PUBLIC_URL + reverse(name),
            }
            for kind, name in files.items()
        ],
    }


def _facts(label: Label) -> dict[str, Any]:
    return {
        "name": str(Translated(label.frozen["programme"])),
        "certificationIdentification": label.number,
        "validFrom": label.starts_on.isoformat(),
        "expires": label.ends_on.isoformat(),
        "issuedBy": {"@type": "Organization", "name": label.frozen["municipality"]},
    }


def _organisation(movement: Movement) -> dict[str, Any]:
    address = {"postalCode": movement.postcode, "addressLocality": movement.municipality}
    known = {name: value for name, value in address.items() if value}
    place = {"address": {"@type": "PostalAddress", **known}} if known else {}
    return {
        "@type": "Organization",
        "@id": movement_address(movement),
        "url": movement_address(movement),
        "name": movement.name,
        "parentOrganization": {"@type": "Organization", "name": movement.federation.name},
        **place,
    }
