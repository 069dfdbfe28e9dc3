"""Every check of access that can be taken away: to prove that some test misses it.

They are found, not listed: predicates and permissions of each app's rules, the look-ups that take
a user, and the admin's own door. Gates of views are not among them: behind most of them a look-up
answers the same. `allow_all(name)` takes one away for the rest of the process.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from types import FunctionType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db.models import Case, DateField, QuerySet, Value
from django.utils.module_loading import module_has_submodule
from rules.permissions import permissions
from rules.predicates import Predicate, always_true

from core.pages import PagesAdmin
from movements.models import Movement
from movements.selectors import movements_seen_by

LOOK_UPS = ("for_user", "with_details_for", "owned_by")
Mutant = Callable[[], None]


def mutants() -> dict[str, Mutant]:
    """Each check by name, with what takes it away."""
    return dict([*_predicates(), *_permissions(), *_look_ups(), *_doors()])


def allow_all(name: str) -> None:
    """Take one check away."""
    mutants()[name]()


def _our_apps() -> Iterator[Any]:
    for app in apps.get_app_configs():
        if str(app.path).startswith(str(settings.BASE_DIR / app.name.partition(".")[0])):
            yield app


def _predicates() -> Iterator[tuple[str, Mutant]]:
    """Those that have a name; a combination of them asks the same objects."""
    for app in _our_apps():
        if module_has_submodule(app.module, "rules"):
            module = import_module(f"{app.name}.rules")
            for name, value in vars(module).items():
                if isinstance(value, Predicate) and value.fn.__module__ in {
                    module.__name__,
                    "rules.predicates",
                }:
                    yield f"predicate {app.name}.{name}", _always(value)


def _always(predicate: Predicate) -> Mutant:
    def take_away() -> None:
        predicate.fn, predicate.num_args, predicate.var_args = lambda *args: True, 0, True

    return take_away


def _permissions() -> Iterator[tuple[str, Mutant]]:
    """Those of records with pages in the admin; of rows inside another page, that page decides.

    Where adding has a view of ours, the view looks at the role once more.
    """
    listed = {
        f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
        for model, page in admin.site._registry.items()
        for verb in ("view", "add", "change")
        if not (verb == "add" and isinstance(page, PagesAdmin) and page.add_page)
    }
    for name in sorted(listed & permissions.keys()):
        yield f"permission {name}", lambda name=name: permissions.update({name: always_true})


def _look_ups() -> Iterator[tuple[str, Mutant]]:
    for model in apps.get_models():
        kind = type(model._default_manager.get_queryset())
        for name in LOOK_UPS:
            if name in vars(kind):
                yield f"look-up {model._meta.label}.{name}", _everything(kind, name)

    yield "look-up movements.movements_seen_by", _replaced(movements_seen_by, every_movement)


def every_movement(user: Any) -> QuerySet[Any]:
    """What `movements_seen_by` would be without a look at who asks; its names are those there."""
    yes, never = Value(True), Case(output_field=DateField())
    return Movement.objects.annotate(may_write=yes, asks_yes=Value(False), writes_from=never)


def _replaced(function: FunctionType, other: FunctionType) -> Mutant:
    """Other modules hold the function itself, so what it does is exchanged."""
    return lambda: setattr(function, "__code__", other.__code__)


def _everything(kind: type[QuerySet], name: str) -> Mutant:
    return lambda: setattr(kind, name, lambda self, user: self)


def _doors() -> Iterator[tuple[str, Mutant]]:
    yield (
        "door of the admin",
        lambda: setattr(
            type(admin.site._wrapped if hasattr(admin.site, "_wrapped") else admin.site),
            "has_permission",
            lambda self, request: request.user.is_authenticated,
        ),
    )
