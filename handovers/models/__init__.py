"""What a team hands over to the next one."""

from handovers.models.packs import Handover, HandoverNote, HandoverSignature

__all__ = ["Handover", "HandoverNote", "HandoverSignature"]
