"""A real worker is woken by what cannot wait (of dying workers: test_send_path_proof)."""

from pathlib import Path

import pytest
from django.db import transaction

from accounts.services import queue_sign_in_code
from tests.accounts.people import someone
from tests.support.processes import start_worker
from tests.support.smtp import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_urgent_mail_needs_no_beat(smtp: Sink, site: str, tmp_path: Path) -> None:
    email = someone(email="p1@example.test").email
    worker = start_worker(tmp_path)
    try:
        with transaction.atomic():
            queue_sign_in_code(email=email, code="BCD-FGH")
        smtp.wait(email)
    finally:
        worker.stop()
