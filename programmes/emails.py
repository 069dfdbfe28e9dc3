"""What every mail says of the programme."""

from core.messages import letterhead
from programmes.models import Edition


@letterhead
def programme_name() -> dict[str, str]:
    """The name of the current edition in the language of the mail; empty before the first."""
    edition = Edition.objects.current()
    return {"programme_name": str(edition.name) if edition else ""}
