"""The yearly question "still leading?", day by day: who is asked, who only looks, who has left."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils.translation import override

from accounts.access import last_days
from accounts.enums import Role
from accounts.models import User
from core.calendar import now, pretend, today
from core.errors import Refused
from core.logs import ActivityLog
from movements import rules, tasks, years
from movements.enums import Function
from movements.models import Mandate, Movement, lasts_beyond
from movements.models.mandates import last_day_between, last_day_column
from movements.retention import over_since
from movements.selectors import mandate_state, movements_led_by, movements_seen_by, waiting_in
from movements.services import change_mandate, confirm_mandates, end_lapsed, object_to
from tests.factories import movements as make

DAY = timedelta(days=1)
# the three days of the working year: by default; ending before New Year's Day; beginning with it
CITIES = {
    "default": ("09-01", "11-01", "12-31"),
    "spring": ("03-01", "05-15", "06-30"),
    "january": ("01-01", "02-28", "03-01"),
    "over new year": ("10-15", "01-01", "02-28"),
}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


def set_days(settings: LazySettings, city: str) -> None:
    first, second, third = CITIES[city]
    settings.WORKING_YEAR_STARTS = first
    settings.LEADERS_CONFIRM_BY = second
    settings.LEADERS_END_ON = third


# An independent oracle: it walks through the days and knows no formula ---------------------------


def states(city: str, said: date, first: date, last: date) -> Iterator[tuple[date, str]]:
    """For each day of somebody who said it once: "writes", "asked", "looks" or "gone"."""
    opens, read_only, ends = CITIES[city]
    state, day = "writes", said
    while day <= last:
        written = f"{day:%m-%d}"
        if written == opens and day > said and state == "writes":
            state = "asked"
        if written == read_only and state == "asked":
            state = "looks"
        if day >= first:
            yield day, state
        if written == ends and state in ("asked", "looks"):
            state = "gone"
        day += DAY


def state_of(mandate: Mandate) -> str:
    if not mandate.holds_now:
        return "gone"
    if not mandate.writes_now:
        return "looks"
    return "asked" if mandate.waits_for_confirmation else "writes"


@pytest.mark.parametrize("city", CITIES)
def test_day_by_day_over_three_years_as_the_oracle_says(city: str, settings: Any) -> None:
    set_days(settings, city)
    # 2028 has a 29 February, on which somebody may say it too
    for said in (date(2027, 2, 28), date(2027, 9, 1), date(2027, 12, 31), date(2028, 2, 29)):
        mandate = Mandate(starts_on=date(2020, 1, 1), confirmed_on=said)
        for day, state in states(city, said, said, date(2030, 12, 31)):
            with pretend(day):
                assert state_of(mandate) == state, day
                assert (mandate.last_day >= day) == (state != "gone"), day


def some_mandates(movement: Movement, dice: random.Random, first: date) -> None:
    """Many, with all kinds of dates; straight into the table, as years have left them."""
    rows = []
    for number in range(60):
        start = first + dice.randrange(-900, 900) * DAY
        end = dice.choice([None, start + dice.randrange(0, 900) * DAY])
        row = Mandate(
            movement=movement, name=f"N {number}", email=f"n{number}@example.org", starts_on=start
        )
        row.ends_on, row.confirmed_on = end, start + dice.randrange(-30, 900) * DAY
        row.came_back_on = dice.choice([None, row.confirmed_on])
        if end and dice.random() < 0.2:
            row.ended_at = now()
        rows.append(row)
    first_row, *_rest = Mandate.objects.bulk_create(rows)
    Mandate.objects.filter(name__endswith="7").update(merged_into=first_row)


@pytest.mark.django_db
@pytest.mark.parametrize("city", CITIES)
def test_conditions_in_sql_say_what_the_properties_say(city: str, settings: Any) -> None:
    set_days(settings, city)
    dice, first = random.Random(city), date(2027, 6, 1)
    some_mandates(make.movement(), dice, first)
    edges = [year(n) + k * DAY for year in (years.opens_on, years.read_only_from, years.ends_on)
             for n in (2026, 2027, 2028, 2029) for k in (-1, 0, 1)]  # fmt: skip
    for day in [
        *edges,
        date(2028, 2, 29),
        *(first + dice.randrange(-900, 900) * DAY for _ in "12"),
    ]:
        with pretend(day):
            _compare(dice)


def _compare(dice: random.Random) -> None:
    rows = list(Mandate.objects.all())
    alive = [m for m in rows if m.merged_into_id is None]

    def same(found: Any, expected: list[Mandate]) -> None:
        assert {m.pk for m in found} == {m.pk for m in expected}, today()

    objects = Mandate.objects
    same(objects.active(), [m for m in rows if m.holds_now])
    same(objects.not_over(), [m for m in rows if not m.is_over])
    same(objects.writing(), [m for m in rows if m.writes_now])
    same(objects.waiting(), [m for m in rows if m.waits_for_confirmation])
    same(objects.back_late(), [m for m in rows if m.is_back_late])
    never = [m for m in alive if m.ended_at and m.ended_at.date() < m.starts_on]
    held = [m for m in alive if m.starts_on <= today() <= m.last_day and m not in never]
    same(objects.active(today()), held)
    same(objects.filter(lasts_beyond(today())), [m for m in rows if m.last_day > today()])
    lapsed = [m for m in alive if not m.ended_at and m.last_day < today()]
    same(objects.lapsed_unwritten(), [m for m in lapsed if m.ends_on != m.last_day])
    last = today() + dice.randrange(0, 400) * DAY
    between = objects.filter(last_day_between(today(), last))
    same(between, [m for m in rows if today() <= m.last_day <= last])
    days = between.annotate(day=last_day_column(today(), last))
    assert all(m.day == m.last_day for m in days)


# Saying it ---------------------------------------------------------------------------------------


class Team:
    """A team that was confirmed in September 2026; what happens, happens later."""

    def __init__(self) -> None:
        with pretend(date(2026, 9, 5)):
            self.movement = make.movement()
            self.main, self.leader = make.user("An Main"), make.user("Bo Leader")
            self.an = make.mandate(self.movement, account=self.main)
            self.bo = make.mandate(self.movement, account=self.leader, function=Function.LEADER)
            self.cas = make.mandate(self.movement, function=Function.LEADER, name="Cas")

    def confirm(self, who: list[Mandate], by: User) -> list[Mandate]:
        return confirm_mandates(movement=self.movement, mandates=who, by=user(by))

    def states(self) -> list[str]:
        return [state_of(m) for m in self.movement.mandates.order_by("pk")]


def user(person: User) -> User:
    return User.objects.get(pk=person.pk)


@pytest.fixture
def team(db: None) -> Team:
    return Team()


def test_a_main_leader_confirms_the_whole_team_with_one_tap(team: Team) -> None:
    with pretend(date(2027, 9, 1)):
        assert team.states() == ["asked"] * 3
        assert waiting_in(team.main) == team.an
        said = team.confirm([team.bo, team.cas, team.an], team.main)
        assert said == [team.an, team.bo, team.cas]
        assert team.states() == ["writes"] * 3
        assert waiting_in(team.main) is None
        assert team.confirm(said, team.main) == []  # a second tap
    log = ActivityLog.objects.filter(verb="confirmed")
    assert log.count() == 3
    assert not Mandate.objects.exclude(came_back_on=None).exists()
    with pretend(date(2028, 10, 31)):
        assert team.states() == ["asked"] * 3


def test_others_say_it_of_themselves_only(team: Team) -> None:
    with pretend(date(2027, 10, 1)):
        assert team.confirm([team.bo], team.leader) == [team.bo]
        with pytest.raises(Refused, match="of others"):
            team.confirm([team.bo, team.cas], team.leader)
        assert team.confirm([team.cas], make.consultant()) == [team.cas]
        assert team.states() == ["asked", "writes", "writes"]


def test_who_said_nothing_looks_and_one_tap_restores_it(team: Team) -> None:
    with pretend(date(2027, 11, 1)):
        assert team.states() == ["looks"] * 3
        assert not rules.writes_in(team.leader, team.movement)
        assert rules.leads(team.leader, team.movement)
        assert not movements_led_by(team.leader)
        seen = movements_seen_by(team.leader).get()
        assert (seen.may_write, seen.asks_yes, seen.writes_from) == (False, True, None)
        team.confirm([team.bo], team.leader)
        seen = movements_seen_by(team.leader).get()
        assert (seen.may_write, seen.asks_yes, seen.writes_from) == (True, False, None)
        assert rules.writes_in(team.leader, team.movement)
        team.bo.refresh_from_db()
        assert team.bo.came_back_on == today()
        assert team.bo.is_back_late


def test_a_silent_team_is_not_locked_out_of_answering(team: Team) -> None:
    with pretend(date(2027, 12, 31)):
        team.confirm([team.cas, team.an], team.main)
        assert team.states() == ["writes", "looks", "writes"]
        assert list(Mandate.objects.back_late()) == [team.an]  # nobody said it of the main leader
    with pretend(date(2028, 1, 1)):
        assert team.states() == ["writes", "gone", "writes"]
        with pytest.raises(Refused, match="is over"):
            team.confirm([team.bo], team.leader)


def test_a_main_leader_objects_or_says_that_it_is_right(team: Team) -> None:
    with pretend(date(2027, 10, 1)):
        team.confirm([team.an], team.main)
    with pretend(date(2027, 12, 1)):
        with pytest.raises(Refused, match="object"):
            object_to(mandate=team.bo, by=user(team.main))  # who said nothing yet
        team.confirm([team.bo], team.leader)
        for somebody in (team.leader, make.user()):
            with pytest.raises(Refused, match="object"):
                object_to(mandate=team.bo, by=user(somebody))
        assert team.confirm([team.bo], team.leader) == []  # does not take the question away
        assert team.confirm([team.bo], team.main) == [team.bo]
        with pytest.raises(Refused, match="object"):
            object_to(mandate=team.bo, by=user(team.main))
        Mandate.objects.filter(pk=team.bo.pk).update(came_back_on=today())
        assert object_to(mandate=team.bo, by=user(team.main)).is_over
        assert not rules.leads(team.leader, team.movement)
    assert ActivityLog.objects.filter(verb="objected").count() == 1
    with pretend(date(2028, 9, 1)):
        assert not Mandate.objects.back_late().exists()


def test_who_began_since_the_opening_counts_as_confirmed(team: Team) -> None:
    Mandate.objects.filter(pk=team.bo.pk).update(starts_on=date(2027, 9, 1))
    with pretend(date(2027, 11, 1)):
        assert team.states() == ["looks", "writes", "looks"]


def test_words_tell_the_state_of_a_mandate(team: Team) -> None:
    expected = {
        date(2026, 10, 1): "holds now",
        date(2027, 9, 1): "not confirmed yet",
        date(2027, 11, 1): "not confirmed: only looks",
        date(2028, 1, 1): "over",
        date(2026, 8, 1): "begins later",
    }
    for day, words in expected.items():
        with pretend(day):
            assert mandate_state(team.an) == words


def test_another_end_that_is_to_come_says_that_it_goes_on(team: Team) -> None:
    with pretend(date(2028, 3, 1)):
        past = change_mandate(mandate=team.an, by=None, ends_on=date(2027, 11, 30))
        assert past.confirmed_on == date(2026, 9, 5)
        later = change_mandate(mandate=team.an, by=None, ends_on=date(2028, 8, 31))
        assert (later.confirmed_on, state_of(later)) == (today(), "writes")
        open_end = change_mandate(mandate=team.an, by=None, ends_on=None)
        assert open_end.confirmed_on == today()


# The end that is written -------------------------------------------------------------------------


def test_the_lapse_is_written_whenever_and_however_often_it_runs(team: Team) -> None:
    with pretend(date(2027, 10, 1)):
        team.confirm([team.an], team.main)
    Mandate.objects.filter(pk=team.cas.pk).update(ends_on=date(2027, 12, 1))
    with pretend(date(2027, 12, 31)):
        assert end_lapsed() == 0
    with pretend(date(2029, 6, 1)):  # the machine stood still for a year and a half
        before = team.states()
        assert tasks.end_lapsed() == 2
        assert end_lapsed() == 0
        assert team.states() == before == ["gone"] * 3
    ends = Mandate.objects.order_by("pk").values_list("ends_on", "ended_at")
    assert [end for end, _at in ends] == [date(2028, 12, 31), date(2027, 12, 31), date(2027, 12, 1)]
    assert not Mandate.objects.exclude(ended_at=None).exists()
    assert ActivityLog.objects.filter(verb="lapsed").count() == 2


@pytest.mark.django_db
def test_the_lapse_of_no_mandates_is_nothing() -> None:
    assert end_lapsed() == 0


def test_nightly_runs_on_any_days_lead_to_the_same_team(team: Team) -> None:
    """Three years with nights left out: only arithmetic decides, on every day."""
    dice = random.Random(29)
    nights = sorted(date(2026, 9, 6) + n * DAY for n in dice.sample(range(1100), 40))
    for night in nights:
        with pretend(night):
            if night.month == 9 and night.year == 2027 and team.an.waits_for_confirmation:
                team.confirm([team.an], team.main)
                team.an.refresh_from_db()
            end_lapsed()
            said = Mandate.objects.get(pk=team.an.pk).confirmed_on
            an = dict(states("default", said, night, night))[night]
            bo = dict(states("default", date(2026, 9, 5), night, night))[night]
            assert team.states() == [an, bo, bo], night


# Who else reads it -------------------------------------------------------------------------------


def test_last_days_and_retention_read_the_lapse(team: Team) -> None:
    period = {"first": date(2027, 12, 1), "last": date(2028, 1, 31)}
    with pretend(date(2027, 12, 15)):
        found = last_days(Role.LEADER, **period)
        assert found == dict.fromkeys([team.main, team.leader], date(2027, 12, 31))
        assert last_days(Role.COORDINATOR, **period) == {}
    with pretend(date(2030, 1, 1)):
        assert set(over_since(date(2027, 12, 31))) == {team.an, team.bo, team.cas}
        assert not over_since(date(2027, 12, 30))
