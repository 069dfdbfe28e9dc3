"""The Celery application that worker and beat run."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_shutdown

from core.pdf import forget_fonts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("youthwork")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_shutdown.connect
def tidy_up(**sent: Any) -> None:
    """Celery ends its processes without a farewell to what they hold."""
    forget_fonts()
