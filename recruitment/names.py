"""Finding an encrypted name again: each of its words has a keyed fingerprint."""

import re

from core.encryption import blind_index, fold

WORD = re.compile(r"\w+")


def tokens(name: str) -> list[str]:
    """Fingerprints of the words of a name, whatever their capitals, accents and order."""
    return sorted({blind_index(word) for word in WORD.findall(fold(name))})


def name_index(name: str) -> str:
    """What an index column keeps: the fingerprints, 32 hex digits each, with blanks between."""
    return " ".join(tokens(name))
