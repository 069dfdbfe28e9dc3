"""What a team hands over to the next one, and how it was reminded of it."""

from handovers.models.ladder import Reminder
from handovers.models.packs import Handover, HandoverNote, HandoverSignature

__all__ = ["Handover", "HandoverNote", "HandoverSignature", "Reminder"]
