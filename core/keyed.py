"""What depends on a key: each encrypted column, and what the owners of other tables register.

`core.rotation` walks these places and brings them under the first key.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, ClassVar

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Cast

from core.encryption import EncryptedTextField, cipher

Rows = Iterable[tuple[Any, Any]]  # primary key, and what is stored there


class Place(ABC):
    """A table with something in it that depends on the keys of one setting."""

    setting: ClassVar[str]  # "FIELD_KEYS" or "INDEX_KEYS"
    name: str

    @abstractmethod
    def table(self) -> type[models.Model]:
        """Whose rows are walked, by primary key, and locked."""

    @abstractmethod
    def read(self, rows: models.QuerySet) -> Rows:
        """What is stored in these rows of the model, as it stands in the database."""

    @abstractmethod
    def key_of(self, stored: Any) -> int:
        """The number of the oldest key needed, from 1; 0 for what no key made but can be mended.

        Raises InvalidToken for what no key reads.
        """

    @abstractmethod
    def renew(self, rows: list[tuple[Any, Any]]) -> None:
        """Write these rows, which are locked, under the first key."""


@cache
def _fernets(keys: tuple[str, ...]) -> list[Fernet]:
    return [Fernet(key) for key in keys]


def key_of_token(token: str) -> int:
    """The number, from 1, of the key of FIELD_KEYS that reads a token. Raises InvalidToken."""
    for number, fernet in enumerate(_fernets(tuple(settings.FIELD_KEYS)), start=1):
        try:
            fernet.decrypt(token.encode())
        except InvalidToken:
            continue
        return number
    raise InvalidToken


def renewed(token: str) -> str:
    """The same text under the first key. Raises InvalidToken."""
    return cipher().rotate(token.encode()).decode()


def as_stored(name: str) -> Cast:
    """An encrypted column as the database holds it: the token."""
    return Cast(name, models.TextField())


class Columns(Place):
    """The encrypted columns of one table."""

    setting = "FIELD_KEYS"

    def __init__(self, model: type[models.Model], fields: list[str]) -> None:
        self.model, self.fields, self.name = model, fields, model._meta.label_lower

    def table(self) -> type[models.Model]:
        """The table itself."""
        return self.model

    def read(self, rows: models.QuerySet) -> Rows:
        """A tuple of tokens per row; nothing is stored as nothing."""
        for pk, *tokens in rows.values_list("pk", *map(as_stored, self.fields)):
            yield pk, tokens

    def key_of(self, stored: Any) -> int:
        """The oldest of the row's keys."""
        return max((key_of_token(token) for token in stored if token), default=1)

    def renew(self, rows: list[tuple[Any, Any]]) -> None:
        """One UPDATE per row, of these columns alone: no version, no moment of change moves."""
        for pk, tokens in rows:
            stored = zip(self.fields, tokens, strict=True)
            fresh = {name: _text(renewed(token)) for name, token in stored if token}
            self.model._base_manager.filter(pk=pk).update(**fresh)


def _text(token: str) -> models.Value:
    return models.Value(token, output_field=models.TextField())


class Expendable(Place):
    """A column of tokens that are worth nothing once no key reads them: such a row is deleted."""

    setting = "FIELD_KEYS"

    def __init__(self, label: str, column: str) -> None:
        self.name, self.column = label, column

    def table(self) -> type[models.Model]:
        """Looked up late: whoever registers may be imported before it is."""
        return apps.get_model(self.name)

    def read(self, rows: models.QuerySet) -> Rows:
        """One token per row."""
        return rows.values_list("pk", self.column)

    def key_of(self, stored: Any) -> int:
        """Unreadable means 0: it can be mended, by deleting it."""
        try:
            return key_of_token(stored)
        except InvalidToken:
            return 0

    def renew(self, rows: list[tuple[Any, Any]]) -> None:
        """Again under the first key, or gone."""
        for pk, token in rows:
            row = self.table()._base_manager.filter(pk=pk)
            if self.key_of(token):
                row.update(**{self.column: renewed(token)})
            else:
                row.delete()


class TokensInJSON(Place):
    """Tokens under given names at the top of a JSON column: a text, or a list of texts.

    `label` is that of the model, such as "core.job".
    """

    setting = "FIELD_KEYS"

    def __init__(self, label: str, column: str, *names: str) -> None:
        self.name, self.column, self.names = label, column, names

    def table(self) -> type[models.Model]:
        """Looked up late: whoever registers may be imported before it is."""
        return apps.get_model(self.name)

    def read(self, rows: models.QuerySet) -> Rows:
        """The whole value of the column."""
        return rows.values_list("pk", self.column)

    def key_of(self, stored: Any) -> int:
        """The oldest key of the tokens in the value."""
        return max((key_of_token(token) for token in self._tokens(stored)), default=1)

    def _tokens(self, stored: dict[str, Any]) -> Iterator[str]:
        for name in self.names:
            value = stored.get(name) or []
            yield from [value] if isinstance(value, str) else value

    def renew(self, rows: list[tuple[Any, Any]]) -> None:
        """Only what stands under the names is replaced."""
        for pk, stored in rows:
            fresh = dict(stored)
            for name in self.names:
                value = stored.get(name)
                if isinstance(value, str) and value:
                    fresh[name] = renewed(value)
                elif value:
                    fresh[name] = [renewed(token) for token in value]
            self.table()._base_manager.filter(pk=pk).update(**{self.column: fresh})


_registered: list[Place] = []


def register(place: Place) -> None:
    """Let a place that is no encrypted column take part in rotation."""
    _registered.append(place)


def places() -> list[Place]:
    """Everything that depends on a key."""
    found: list[Place] = []
    for model in apps.get_models(include_auto_created=True):
        own = [f.name for f in model._meta.local_fields if isinstance(f, EncryptedTextField)]
        if own and not model._meta.proxy:
            found.append(Columns(model, own))
    return [*found, *_registered]
