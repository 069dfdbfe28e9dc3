"""What one may not see answers exactly as what does not exist: same status, headers and bytes."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.architecture.world import MISSING, World

# who asks, the address with a record that is somebody else's, and which record that is
FOREIGN = [
    ("leader", "/my/{}/", "other"),
    ("leader", "/my/{}/plan/", "other"),
    ("leader", "/my/{}/plan/1/", "other"),
    ("leader", "/my/{own}/plan/{}/", "'11"),
    ("leader", "/my/{own}/examples/{}/", "other_picture"),
    ("leader", "/my/{own}/examples/{}/", "link"),
    ("leader", "/my/{other}/examples/{}/", "other_picture"),
    ("leader", "/my/{own}/label/{}/certificate.pdf", "other_label"),
    ("leader", "/my/{other}/label/{}/certificate.pdf", "other_label"),
    ("ended_leader", "/my/{}/", "own"),
    ("future_leader", "/my/{}/plan/", "other"),
    ("secondment_over", "/admin/recruitment/household/{}/change/", "household"),
    ("agreement_ended", "/admin/recruitment/household/{}/change/", "household"),
    ("seconded", "/admin/recruitment/household/{}/details/", "household"),
    ("alderman", "/my/{}/", "own"),
    ("alderman", "/admin/movements/movement/{}/change/", "own"),
    ("alderman", "/my/{own}/label/{}/certificate.pdf", "label"),
    ("leader", "/admin/labels/actionplan/{}/assess/", "plan"),
    ("privacy_officer", "/admin/movements/movement/{}/change/", "own"),
    ("privacy_officer", "/admin/movements/mandate/{}/invite/", "mandate"),
    ("privacy_officer", "/admin/labels/actionplan/{}/assess/", "plan"),
    ("privacy_officer", "/admin/labels/label/{}/change/", "label"),
    ("privacy_officer", "/admin/recruitment/household/{}/change/", "household"),
    ("privacy_officer", "/admin/homevisits/homevisit/{}/change/", "visit"),
    ("privacy_officer", "/admin/testimonies/testimony/{}/change/", "unpublished"),
    ("consultant", "/admin/accounts/user/{}/change/", "people.alderman"),
    ("consultant", "/admin/accounts/user/{}/history/", "people.alderman"),
    ("consultant", "/admin/accounts/user/{}/delete/", "people.alderman"),
    ("coordinator", "/admin/accounts/user/{}/delete/", "people.alderman"),
    ("consultant", "/admin/core/accesslog/{}/change/", "access"),
    ("consultant", "/admin/programmes/edition/{}/target/", "edition"),
    ("consultant", "/admin/labels/plantemplate/{}/change/", "template"),
    ("consultant", "/admin/labels/label/{}/event/pause/", "label"),
    ("consultant", "/admin/recruitment/household/{}/details/", "foreign_household"),
    ("consultant", "/admin/recruitment/household/{}/owner/", "foreign_household"),
    ("consultant", "/admin/testimonies/testimony/{}/revise/", "foreign_testimony"),
    ("consultant", "/admin/testimonies/testimony/{}/withdraw/", "foreign_testimony"),
    ("second_coordinator", "/admin/movements/movement/import/{}/", "job"),
    ("colleague", "/admin/movements/mandate/import/{}/", "team_job"),
    ("anonymous", "/stories/{}/", "unpublished"),
]
CHANGING = {"Date", "X-Request-ID"}


def number_of(world: World, name: str) -> int:
    found: Any = world
    if name.startswith("'"):
        return int(name[1:])
    for part in name.split("."):
        found = found[part] if isinstance(found, dict) else getattr(found, part)
    return int(found.pk)


def answer(client: Client, method: str, url: str) -> tuple[int, bytes, dict[str, str]]:
    response: Any = client.generic(method, url)
    headers = {k: v for k, v in response.headers.items() if k not in CHANGING}
    cookies = dict.fromkeys(response.cookies, "set")
    return response.status_code, response.content, headers | cookies


@pytest.mark.parametrize(("who", "path", "record"), FOREIGN)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_foreign_answers_as_missing(
    world: World, who: str, path: str, record: str, method: str
) -> None:
    client = Client()
    if who != "anonymous":
        client.force_login(world.user(who))
    groups = {"own": world.own.pk, "other": world.other.pk}
    foreign = answer(client, method, path.format(number_of(world, record), **groups))
    missing = answer(client, method, path.format(MISSING, **groups))
    nowhere = answer(client, method, f"/nowhere/{MISSING}/")
    assert foreign == missing
    assert foreign[0] in ({404} if method != "POST" else {404, 405})
    assert foreign[0] == 405 or foreign[1] == nowhere[1]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_invitations_that_do_not_hold_answer_alike(
    world: World, method: str, time_machine: Any
) -> None:
    """Wrong, replaced, or of a mandate that is over: the page tells none from the other."""
    world.invitation.mandate.invitations.update(token_digest="0" * 64)
    time_machine.move_to(timezone.now(), tick=False)  # "Expires" tells the second
    replaced = answer(Client(), method, f"/invitation/{world.token}/")
    missing = answer(Client(), method, f"/invitation/{'x' * 43}/")
    assert replaced == missing
    assert replaced[0] == 404


def test_the_page_is_static_and_names_nobody(world: World) -> None:
    client = Client()
    client.force_login(world.user("leader"))
    page = client.get(f"/my/{world.other.pk}/")
    text = page.content.decode()
    assert "<form" not in text
    assert world.user("leader").full_name not in text
    assert f"/my/{world.other.pk}/" not in text
    assert page.cookies == {}
