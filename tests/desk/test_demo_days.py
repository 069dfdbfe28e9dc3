"""Where and when the demonstration is made: never in production, and on any day."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from desk.demo.build import build
from programmes.models import Edition
from tests.desk.test_demo import check_figures, check_movements
from tests.factories.labels import default_template
from tests.factories.movements import flemish_federations


def test_production_refuses(db: None, settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="not for production"):
        call_command("demo")
    assert not Edition.objects.exists()


@pytest.mark.proof
@pytest.mark.parametrize(
    "day",
    [date(2028, 2, 29), date(2027, 3, 1), date(2027, 1, 1), date(2026, 9, 6), date(2026, 7, 1)],
)
def test_on_any_day_of_the_year(db: None, day: date) -> None:
    flemish_federations()
    default_template()
    with time_machine.travel(f"{day}T10:00:00+00:00"):
        assert build()
        check_movements()
        check_figures()
