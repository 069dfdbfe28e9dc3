"""Every write about an edition, and about the partners whose people work in the team."""

from programmes.services.editions import (
    DEFAULT_QUIET_PERIODS,
    DEFAULT_TARGETS,
    change_edition,
    create_edition,
    set_planned,
    set_quiet_periods,
    set_target,
)
from programmes.services.partners import (
    add_partner,
    change_partner,
    end_agreement,
    end_secondment,
    plan_agreement_end,
    plan_secondment_end,
    record_agreement,
    second_user,
)

__all__ = [
    "DEFAULT_QUIET_PERIODS",
    "DEFAULT_TARGETS",
    "add_partner",
    "change_edition",
    "change_partner",
    "create_edition",
    "end_agreement",
    "end_secondment",
    "plan_agreement_end",
    "plan_secondment_end",
    "record_agreement",
    "second_user",
    "set_planned",
    "set_quiet_periods",
    "set_target",
]
