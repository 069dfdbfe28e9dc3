"""Finding an encrypted name again: each of its words has a keyed fingerprint."""

import re

from core.encryption import blind_index, blind_indexes, fold

WORD = re.compile(r"\w+")


def words(name: str) -> set[str]:
    """The words of a name, whatever their capitals, accents and order."""
    return set(WORD.findall(fold(name)))


def tokens(*names: str) -> set[str]:
    """Fingerprints of the words of names, as they are written: 32 hex digits each."""
    return {blind_index(word) for name in names for word in words(name)}


def searched(name: str) -> list[list[str]]:
    """For each word of a name its fingerprints under every key, to look for any of them."""
    return [blind_indexes(word) for word in sorted(words(name))]
