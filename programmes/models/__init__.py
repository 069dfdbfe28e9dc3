"""The edition of the programme, and the partners whose people work in its team."""

from programmes.models.editions import Edition, EditionQuerySet, PlannedValue, QuietPeriod, Target
from programmes.models.partners import DataAgreement, Partner, Secondment

__all__ = [
    "DataAgreement",
    "Edition",
    "EditionQuerySet",
    "Partner",
    "PlannedValue",
    "QuietPeriod",
    "Secondment",
    "Target",
]
