"""Every write about federations, movements, mandates and coaches."""

from movements.services.coaches import assign_coach
from movements.services.confirmation import confirm_mandates, end_lapsed, object_to
from movements.services.groups import (
    change_federation,
    change_movement,
    create_federation,
    create_movement,
)
from movements.services.imports import confirm_import, import_movements, start_import
from movements.services.mandates import (
    change_mandate,
    end_mandate,
    forget_birthdays,
    invite,
    record_mandate,
)
from movements.services.messages import answer_by_mail, say
from movements.services.pass_on import (
    accept_request,
    ask_to_join,
    forget_requests,
    make_team_link,
    propose_successors,
    refuse_request,
    void_team_link,
)
from movements.services.team import change_own_contact, change_team, stop_leading

__all__ = [
    "accept_request",
    "answer_by_mail",
    "ask_to_join",
    "assign_coach",
    "change_federation",
    "change_mandate",
    "change_movement",
    "change_own_contact",
    "change_team",
    "confirm_import",
    "confirm_mandates",
    "create_federation",
    "create_movement",
    "end_lapsed",
    "end_mandate",
    "forget_birthdays",
    "forget_requests",
    "import_movements",
    "invite",
    "make_team_link",
    "object_to",
    "propose_successors",
    "record_mandate",
    "refuse_request",
    "say",
    "start_import",
    "stop_leading",
    "void_team_link",
]
