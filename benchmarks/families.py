"""What encryption costs: families as they are, against the same in plain columns and plain words.

The plain tables are made here and thrown away with the database.
"""

from collections.abc import Callable, Iterator

from django.db import connection, models

from accounts.models import User
from benchmarks.measure import pair
from recruitment.models import Household
from recruitment.names import words
from tests.factories.families import family_name, make_families

FAMILIES = 50_000
LISTED = 50
BATCH = 5000
MANY_ROUNDS = 101  # each takes a millisecond or two
CONTACTS = ("family_name", "guardian_name", "phone", "address", "notes")


class PlainHousehold(models.Model):
    """What a household would be without encryption."""

    family_name = models.TextField()
    guardian_name = models.TextField()
    phone = models.TextField()
    address = models.TextField()
    language = models.CharField(max_length=40)
    notes = models.TextField()

    class Meta:
        app_label = "recruitment"
        ordering = ["-id"]


class PlainChild(models.Model):
    """The same of a child."""

    household = models.ForeignKey(PlainHousehold, on_delete=models.CASCADE, related_name="children")
    first_name = models.TextField()
    birth_year = models.PositiveSmallIntegerField()

    class Meta:
        app_label = "recruitment"


class PlainWord(models.Model):
    """One word of a name, in an index of the same shape as that of the fingerprints."""

    household = models.ForeignKey(PlainHousehold, on_delete=models.CASCADE)
    word = models.CharField(max_length=32)

    class Meta:
        app_label = "recruitment"
        indexes = [models.Index(fields=["word", "household"], name="plain_word")]


PLAIN = (PlainHousehold, PlainChild, PlainWord)


def bench_families() -> None:
    """A list of fifty, and searches among fifty thousand."""
    make_families(FAMILIES, by=User.objects.order_by("pk")[0])
    for household in Household.objects.order_by("-pk")[:LISTED]:
        household.phone, household.address = f"0470 {household.pk:06}", f"Markt {household.pk}"
        household.save()
    make_plain_tables()
    pair(
        "list of 50 families, first names / plain columns",
        listed(Household),
        listed(PlainHousehold),
        MANY_ROUNDS,
    )
    pair(
        "list of 50 families, names and contacts / plain columns",
        listed(Household, *CONTACTS),
        listed(PlainHousehold, *CONTACTS),
        MANY_ROUNDS,
    )
    for name in (f"familie{FAMILIES // 3}", family_name(FAMILIES // 3)):
        bench_search(name)


def bench_search(name: str) -> None:
    """By the fingerprints alone; then as a page asks, which leaves out who is set aside."""
    question = f"search, words: {len(words(name))}, families: {FAMILIES}"
    plain = found(lambda: plainly_named(name))
    alone = found(lambda: Household.objects.named(name, set_aside=True))
    pair(f"{question} / plain", alone, plain, MANY_ROUNDS)
    page = found(lambda: Household.objects.named(name))
    pair(f"{question}, a page / plain", page, plain, MANY_ROUNDS)


def found(query: Callable[[], models.QuerySet]) -> Callable[[], object]:
    return lambda: list(query().defer(*CONTACTS)[:LISTED])


# Lists -----------------------------------------------------------------------------------------


def listed(model: type[models.Model], *fields: str) -> Callable[[], object]:
    """Fifty families with their children; of the families these fields."""

    def read() -> list[tuple[str, ...]]:
        families = model._default_manager.order_by("-pk").only("language", *fields)
        return [
            (*(getattr(family, field) for field in fields), *names(family))
            for family in families.prefetch_related("children")[:LISTED]
        ]

    return read


def names(family: models.Model) -> Iterator[str]:
    return (child.first_name for child in family.children.all())


# Plain twins -----------------------------------------------------------------------------------


def make_plain_tables() -> None:
    """Copies of all families, and the statistics that a table has after a night."""
    with connection.schema_editor() as editor:
        for model in PLAIN:
            editor.create_model(model)
    families = Household.objects.order_by("pk").prefetch_related("children")
    for first in range(0, families.count(), BATCH):
        copy(families[first : first + BATCH])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def copy(families: models.QuerySet) -> None:
    PlainHousehold.objects.bulk_create(
        PlainHousehold(
            pk=family.pk,
            language=family.language,
            **{field: getattr(family, field) for field in CONTACTS},
        )
        for family in families
    )
    PlainChild.objects.bulk_create(
        PlainChild(household_id=family.pk, first_name=name, birth_year=2014)
        for family in families
        for name in names(family)
    )
    PlainWord.objects.bulk_create(
        PlainWord(household_id=family.pk, word=word)
        for family in families
        for word in words(" ".join((family.family_name, family.guardian_name, *names(family))))
    )


def plainly_named(name: str) -> models.QuerySet:
    """The same question as `Household.objects.named`, in plain words."""
    found = PlainHousehold.objects.all()
    for word in sorted(words(name)):
        having = PlainWord.objects.filter(word=word)
        found = found.filter(pk__in=having.values("household"))
    return found
