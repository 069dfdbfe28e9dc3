"""People around families."""

import pytest

from accounts.enums import Role
from tests.factories.people import make_consultant, make_user
from tests.factories.programmes import make_edition


@pytest.fixture
def an(db):
    return make_consultant("An Peeters")


@pytest.fixture
def bo(db):
    return make_consultant("Bo Janssens")


@pytest.fixture
def coordinator(db):
    return make_user(Role.COORDINATOR, name="Cleo")


@pytest.fixture(params=[Role.ALDERMAN, Role.PRIVACY_OFFICER, None], ids=str)
def outsider(request, db):
    """Somebody signed in who has no business with families."""
    return make_user(*([request.param] if request.param else []), name="Olaf")


@pytest.fixture
def edition(db):
    """What every page shows in its bar."""
    return make_edition()
