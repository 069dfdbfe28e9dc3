"""Every write about families, the paths of their children, and who keeps their files."""

from recruitment.services.families import (
    DETAILS,
    OLDEST,
    add_child,
    change_child,
    change_household,
    hand_over_household,
    index_names,
    open_guidance,
    open_household,
    record_member,
    record_stage,
    replace_tokens,
    take_back_step,
    take_in,
)
from recruitment.services.files import (
    LOOK_LASTS,
    SHORTEST_REASON,
    hand_over_files,
    hand_over_left_files,
    open_with_a_reason,
    queue_leaving_mails,
)

__all__ = [
    "DETAILS",
    "LOOK_LASTS",
    "OLDEST",
    "SHORTEST_REASON",
    "add_child",
    "change_child",
    "change_household",
    "hand_over_files",
    "hand_over_household",
    "hand_over_left_files",
    "index_names",
    "open_guidance",
    "open_household",
    "open_with_a_reason",
    "queue_leaving_mails",
    "record_member",
    "record_stage",
    "replace_tokens",
    "take_back_step",
    "take_in",
]
