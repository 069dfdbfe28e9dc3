"""What tables and columns are called where they are listed for people.

Ours say it themselves; tables of other packages speak English, so an app names those it uses.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.functional import Promise

from core.retention import Words

Table = type[models.Model]


@dataclass(frozen=True)
class Names:
    """What a table of another package is called here: one row, many, and its columns."""

    one: Words
    many: Words
    columns: dict[str, Words] = field(default_factory=dict)


_named: dict[str, Names] = {}


def give_names(model: str, names: Names) -> None:
    """Name a table of another package ("mfa.authenticator")."""
    _named[model] = names


def one_of(table: Table) -> str:
    """What one row is called, in the active language."""
    names = _named.get(table._meta.label_lower)
    return str(names.one if names else table._meta.verbose_name)


def many_of(table: Table) -> str:
    """What several rows are called, in the active language."""
    names = _named.get(table._meta.label_lower)
    return str(names.many if names else table._meta.verbose_name_plural)


def column_label(column: Any) -> Words:
    """What a column is called; a plain text where only the program reads it."""
    names = _named.get(column.model._meta.label_lower)
    own: Words = getattr(column, "verbose_name", column.name)
    return names.columns.get(column.name, own) if names else own


def is_for_people(column: Any) -> bool:
    """Whether a column has a name that can be translated."""
    return isinstance(column_label(column), Promise)
