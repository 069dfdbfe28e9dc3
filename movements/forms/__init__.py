"""Forms about federations, movements and the people who lead them."""

from movements.forms.base import ErrorsAtFields, date_widget, inner_helper, staff_members
from movements.forms.records import (
    ChoiceForm,
    CoachForm,
    FederationForm,
    ImportForm,
    MandateForm,
    MovementForm,
)

__all__ = [
    "ChoiceForm",
    "CoachForm",
    "ErrorsAtFields",
    "FederationForm",
    "ImportForm",
    "MandateForm",
    "MovementForm",
    "date_widget",
    "inner_helper",
    "staff_members",
]
