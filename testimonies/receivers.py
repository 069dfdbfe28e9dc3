"""What the app answers to mechanisms below it: how fingerprints of names move to another key."""

from django.db.models import QuerySet

from core.keyed import Place, Rows, as_stored, register
from recruitment.names import key_of, under_each_key
from testimonies.models import Storyteller, StorytellerToken
from testimonies.services import replace_tokens


class StorytellerTokens(Place):
    """Fingerprints, by storyteller; what they are made from is the encrypted name."""

    setting = "INDEX_KEYS"
    name = StorytellerToken._meta.label_lower

    def table(self) -> type[Storyteller]:
        """A storyteller is one row of work."""
        return Storyteller

    def read(self, rows: QuerySet) -> Rows:
        """For each storyteller the name, still encrypted, with the tokens that are there."""
        names = rows.values_list("pk", as_stored("name"))
        found: dict[int, tuple[list[str], set[str]]] = {pk: ([name], set()) for pk, name in names}
        there = StorytellerToken.objects.filter(storyteller__in=found)
        for pk, token in there.values_list("storyteller", "token"):
            found[pk][1].add(token)
        return found.items()

    def key_of(self, stored: tuple[list[str], set[str]]) -> int:
        """The key of the tokens; 0 when they are not what the name says."""
        return key_of(*stored)

    def renew(self, rows: list[tuple[int, tuple[list[str], set[str]]]]) -> None:
        """All tokens of these storytellers anew."""
        replace_tokens(wanted={pk: under_each_key(names)[0] for pk, (names, _there) in rows})


register(StorytellerTokens())
