"""Print fresh keys for a production environment."""

import secrets
from typing import Any

from cryptography.fernet import Fernet
from django.core.management import BaseCommand


class Command(BaseCommand):
    """Writes three lines for an environment file; nothing is stored."""

    help = "Print fresh SECRET_KEY, FIELD_KEYS and INDEX_KEYS lines. Keep them out of the backup."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """No `$` and no quotes in any of them, so every reader of such files takes them as is."""
        self.stdout.write(f"SECRET_KEY={secrets.token_urlsafe(50)}")
        self.stdout.write(f"FIELD_KEYS={Fernet.generate_key().decode()}")
        self.stdout.write(f"INDEX_KEYS={secrets.token_urlsafe(32)}")
