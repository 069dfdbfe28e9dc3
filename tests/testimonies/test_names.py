"""Storytellers are found by name, with words whose fingerprints alone are kept."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core.keyed import places
from core.rotation import look
from testimonies.enums import StorytellerKind
from testimonies.models import Storyteller, StorytellerToken
from testimonies.services import index_name
from tests.factories.people import make_consultant, make_testimony

NEW = Fernet.generate_key().decode()


def teller(name: str = "Fatima Bensaïd", **fields: Any) -> Storyteller:
    return make_testimony(make_consultant(), name=name, **fields).storyteller


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("fatima", True),
        ("BENSAID  Fatima", True),
        ("nour", True),
        ("nou fatima", True),
        ("fatim", False),
        ("fatima peeters", False),
        ("", False),
        ("?", False),
    ],
)
def test_every_word_is_in_the_name_or_the_alias(words: str, found: bool) -> None:
    teller("Mohamed Peeters", alias="Stem")
    wanted = [teller(alias="Nour")] if found else []
    if not found:
        teller(alias="Nour")
    assert list(Storyteller.objects.named(words)) == wanted


@pytest.mark.django_db
def test_a_new_name_takes_the_place_of_the_old_one() -> None:
    person = teller("Fatima Bensaïd")
    person.name = "Fatima Peeters"
    person.save()
    index_name(storyteller=person)
    assert list(Storyteller.objects.named("bensaïd")) == []
    assert list(Storyteller.objects.named("fatima peeters")) == [person]
    assert person.name_tokens.count() == 2


@pytest.mark.django_db
def test_fingerprints_move_to_another_key(settings: Any) -> None:
    [place] = [each for each in places() if each.name == "testimonies.storytellertoken"]
    person = teller()
    old = settings.INDEX_KEYS[0]
    settings.INDEX_KEYS = [NEW, old]
    assert look(place, lambda _tally: None).keys == {2: 1}
    assert list(Storyteller.objects.named("fatima")) == [person]
    call_command("rotate_keys", verbosity=0)
    assert look(place, lambda _tally: None).keys == {1: 1}
    settings.INDEX_KEYS = [NEW]
    assert list(Storyteller.objects.named("fatima")) == [person]
    StorytellerToken.objects.first().delete()
    assert look(place, lambda _tally: None).keys == {0: 1}
    call_command("rotate_keys", verbosity=0)
    assert list(Storyteller.objects.named("fatima bensaid")) == [person]


def migrate(targets: Any) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.mark.django_db(transaction=True)
def test_storytellers_from_before_are_found_too() -> None:
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        earlier = migrate([("testimonies", "0001_initial")]).get_model("testimonies", "Storyteller")
        fields = {"alias": "Nour", "kind": StorytellerKind.PARENT}
        names = ("Fatima Bensaïd", "Onleesbaar", "")
        known, lost, nameless = (earlier.objects.create(name=n, **fields) for n in names)
        with connection.cursor() as cursor:
            unreadable = "UPDATE testimonies_storyteller SET name = 'x' WHERE id = %s"
            cursor.execute(unreadable, [lost.pk])
    finally:
        migrate(newest)
    found = Storyteller.objects.values_list("pk", flat=True).order_by("pk")
    assert list(found.named("bensaid")) == [known.pk]
    assert list(found.named("nour")) == [known.pk, lost.pk, nameless.pk]
    assert StorytellerToken.objects.count() == 2
