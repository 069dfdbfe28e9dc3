"""Finding an encrypted name again: each of its words has a keyed fingerprint."""

import re
from collections.abc import Iterable

from core.encryption import blind_index, blind_indexes, decrypt, fold

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


def under_each_key(names: Iterable[str]) -> list[set[str]]:
    """What stands for names that are still encrypted, under each key, the first key first."""
    plain = (decrypt(name.encode()).decode() for name in names if name)
    found = [fingerprints for name in plain for fingerprints in searched(name)]
    return [set(column) for column in zip(*found, strict=True)] or [set()]


def key_of(names: Iterable[str], there: set[str]) -> int:
    """The number, from 1, of the key under which these tokens stand for the names; 0 for none."""
    for number, wanted in enumerate(under_each_key(names), start=1):
        if wanted == there:
            return number
    return 0
