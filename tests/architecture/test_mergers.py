"""Everything that points at a movement has an answer to the question what a merger does with it."""

from django.apps import apps

from movements.models import Movement
from movements.signals import Manner, handled


def keys_to_movements() -> set[str]:
    """Every foreign key to a movement of the project: "app.model.field"."""
    return {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model is Movement
    }


def test_somebody_answers_for_each_foreign_key_to_a_movement() -> None:
    assert set(handled()) == keys_to_movements()
    assert set(handled().values()) == set(Manner)
