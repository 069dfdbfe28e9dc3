"""Every write about federations, movements, mandates and coaches."""

from movements.services.coaches import assign_coach
from movements.services.confirmation import confirm_mandates, end_lapsed, object_to
from movements.services.counts import give_head_count
from movements.services.groups import (
    change_federation,
    change_movement,
    create_federation,
    create_movement,
    keep_up_group,
)
from movements.services.imports import confirm_import, import_movements, start_import
from movements.services.life import (
    pause_movement,
    rename_movement,
    resume_movement,
    stop_movement,
    take_back_name,
    take_back_pause,
)
from movements.services.mandates import (
    change_mandate,
    end_mandate,
    forget_birthdays,
    invite,
    record_mandate,
)
from movements.services.mergers import merge_movements, split_movement
from movements.services.messages import answer_by_mail, forget_message, say
from movements.services.pass_on import (
    accept_request,
    ask_to_join,
    forget_requests,
    make_team_link,
    propose_successors,
    refuse_request,
    void_team_link,
)
from movements.services.people import merge_people, say_two_persons
from movements.services.team import change_own_contact, change_team, stop_leading
from movements.services.team_imports import (
    confirm_team_import,
    invite_imported,
    start_team_import,
)

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
    "confirm_team_import",
    "create_federation",
    "create_movement",
    "end_lapsed",
    "end_mandate",
    "forget_birthdays",
    "forget_message",
    "forget_requests",
    "give_head_count",
    "import_movements",
    "invite",
    "invite_imported",
    "keep_up_group",
    "make_team_link",
    "merge_movements",
    "merge_people",
    "object_to",
    "pause_movement",
    "propose_successors",
    "record_mandate",
    "refuse_request",
    "rename_movement",
    "resume_movement",
    "say",
    "say_two_persons",
    "split_movement",
    "start_import",
    "start_team_import",
    "stop_leading",
    "stop_movement",
    "take_back_name",
    "take_back_pause",
    "void_team_link",
]
