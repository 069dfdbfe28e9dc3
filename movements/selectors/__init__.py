"""What pages and other apps read about movements and the people who lead them."""

from movements.selectors.imports import import_context
from movements.selectors.life import life_of, name_on, pause_on
from movements.selectors.mails import keys_of_leader
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
    "import_context",
    "keys_of_leader",
    "leaders",
    "life_of",
    "mandate_state",
    "movements_held_by",
    "movements_led_by",
    "movements_run_by",
    "movements_seen_by",
    "name_on",
    "pause_on",
    "reasons_of_mandates",
    "team_news",
    "team_of",
    "team_page",
    "team_with_history",
    "valid_invitation",
    "waiting_in",
]
