"""How an app announces itself to the registries below it."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import module_has_submodule

# each registers something on import: predicates, role sources, mails, register entries, signals
ANNOUNCING = (
    *("rules", "selectors", "emails", "personal", "erasure", "correction"),
    *("receivers", "retention"),
)


class WiredApp(AppConfig):
    """An app whose announcing modules are imported once the models are there."""

    # Django takes the one candidate of an apps.py; this class, imported there, must not be another
    default = False

    def __init_subclass__(cls) -> None:
        cls.default = True

    def ready(self) -> None:
        for name in ANNOUNCING:
            if module_has_submodule(self.module, name):
                import_module(f"{self.name}.{name}")
