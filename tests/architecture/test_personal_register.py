"""No field of personal data without its purpose, its access and its retention."""

import json
from collections import Counter
from importlib.util import find_spec

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import models
from django.test import Client

from core import personal
from core.outbox import OutboxMessage
from tests.architecture.impersonal import IMPERSONAL, impersonal_fields
from tests.architecture.world import World
from tests.support.proof import app_code

ENTER = "/sign-in/second-factor/enter/"
# who answers for a table of another package
OWNERS = {"sessions.session": "accounts", "mfa.authenticator": "accounts"}


def fields_of(model: type[models.Model]) -> list[models.Field]:
    """Columns of the model's own table, and its many-to-many fields."""
    return [*model._meta.local_fields, *model._meta.local_many_to_many]


def may_hold_something(field: models.Field) -> bool:
    automatic = field.primary_key and isinstance(field, models.AutoField | models.BigAutoField)
    return not (automatic or isinstance(field, models.BooleanField))


EXISTING = {
    (model._meta.label_lower, field.name)
    for model in apps.get_models()
    for field in fields_of(model)
    if may_hold_something(field)
}
REGISTERED = [(entry.model, entry.field) for entry in personal.entries()]


def test_each_field_is_registered_or_listed_as_impersonal() -> None:
    known = Counter([*REGISTERED, *impersonal_fields()])
    assert EXISTING - set(known) == set()
    assert [key for key, times in known.items() if times > 1] == []


def test_no_entry_is_about_a_field_that_is_gone() -> None:
    # a yes or no may be registered too, when it says something about a person
    all_fields = {(m._meta.label_lower, f.name) for m in apps.get_models() for f in fields_of(m)}
    assert set(REGISTERED) - all_fields == set()
    assert set(impersonal_fields()) - EXISTING == set()


@pytest.mark.django_db
@pytest.mark.parametrize("entry", personal.entries(), ids=lambda e: f"{e.model}.{e.field}")
def test_each_entry_says_why_who_and_how_long(entry: personal.PersonalField) -> None:
    assert entry.purpose.strip()
    assert entry.access.strip()
    assert entry.retention.strip()
    assert entry.ground in personal.Ground


@pytest.mark.parametrize("model", IMPERSONAL)
def test_each_group_of_impersonal_fields_has_a_reason(model: str) -> None:
    assert IMPERSONAL[model][0].strip()


@pytest.mark.parametrize("model", sorted({model for model, _field in REGISTERED}))
def test_the_entries_stand_in_the_app_that_holds_the_data(model: str) -> None:
    app = OWNERS.get(model, model.split(".")[0])
    assert find_spec(f"{app}.personal")


def test_encrypted_fields_are_registered() -> None:
    encrypted = {
        (model._meta.label_lower, field.name)
        for model in apps.get_models()
        for field in fields_of(model)
        if type(field).__name__ == "EncryptedTextField"
    }
    assert encrypted
    assert encrypted <= set(REGISTERED)


@pytest.mark.parametrize("unused", [EmailAddress, EmailConfirmation, LogEntry, Group])
def test_tables_said_to_stay_empty_do(world: World, unused: type[models.Model]) -> None:
    """Also after somebody signed in with both factors and saved something in the web admin."""
    client, user = Client(), world.user("coordinator")
    client.post("/sign-in/", {"email": user.email})
    mail = OutboxMessage.objects.filter(kind="sign_in_code").latest("pk")
    code = json.loads(mail.payload)["code"]
    assert client.post("/sign-in/code/", {"code": code})["Location"] == ENTER
    signed_in = client.post(ENTER, {"code": app_code(user)})
    assert signed_in["Location"] == "/start/"
    values = {"full_name": "An", "email": "an@demo.example", "language": "nl", "is_active": "on"}
    inline = {"grants-TOTAL_FORMS": 0, "grants-INITIAL_FORMS": 0}
    number = world.people["alderman"].pk
    saved = client.post(f"/admin/accounts/user/{number}/change/", {**values, **inline})
    assert saved.status_code == 302
    assert not unused._default_manager.exists()
