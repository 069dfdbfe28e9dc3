"""What pages and other apps read about movements and the people who lead them."""

from movements.selectors.counts import head_count_totals
from movements.selectors.imports import import_context
from movements.selectors.life import life_of, name_on, pause_on
from movements.selectors.mails import keys_of_leader
from movements.selectors.people import likely_duplicates, mandates_of_person
from movements.selectors.team_imports import team_context
from movements.selectors.team_page import (
    movements_held_by,
    movements_run_by,
    team_news,
    team_page,
    waiting_in,
)
from movements.selectors.teams import (
    coach_of,
    ends_of_mandates,
    leaders,
    mandate_state,
    movements_led_by,
    movements_seen_by,
    reasons_of_mandates,
    team_of,
    team_with_history,
    valid_invitation,
)

__all__ = [
    "coach_of",
    "ends_of_mandates",
    "head_count_totals",
    "import_context",
    "keys_of_leader",
    "leaders",
    "life_of",
    "likely_duplicates",
    "mandate_state",
    "mandates_of_person",
    "movements_held_by",
    "movements_led_by",
    "movements_run_by",
    "movements_seen_by",
    "name_on",
    "pause_on",
    "reasons_of_mandates",
    "team_context",
    "team_news",
    "team_of",
    "team_page",
    "team_with_history",
    "valid_invitation",
    "waiting_in",
]
