"""The letter about a decision: to the movement, with the reasons, in the words of that day."""

from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import override

from core.pdf import render_pdf
from core.translated import Translated
from labels.enums import AWARDS, Grade, PlanAction
from labels.models import Decision, Label
from labels.selectors.wording import wording
from programmes.enums import LabelMode


def letter_pdf(decision: Decision, language: str) -> bytes:
    """The letter of a confirmed decision as a tagged A4 PDF in one of the three languages."""
    return render_pdf(letter_html(decision, language))


def letter_html(decision: Decision, language: str) -> str:
    """The document that becomes the PDF."""
    with override(language):
        return render_to_string("pdf/decision.html", _context(decision))


def _context(decision: Decision) -> dict[str, Any]:
    frozen = decision.frozen or wording(decision)
    points = [_point(point) for point in frozen["points"]]
    return {
        "decision": decision,
        "awarded": decision.outcome in AWARDS,
        "declined": decision.outcome == PlanAction.DECLINE,
        "for_what_it_did": frozen["mode"] == LabelMode.ACHIEVEMENT,
        "movement": frozen["movement"],
        "municipality": frozen["municipality"],
        "programme": str(Translated(frozen["programme"])),
        "signatory": Translated(frozen["signatory"]),
        "reasons": frozen["reasons"],
        "guidance": frozen["guidance"],
        "conditions": [
            {"text": agreed["text"], "due_on": date.fromisoformat(agreed["due_on"])}
            for agreed in frozen["conditions"]
        ],
        "points": points,
        "ring": [_segment(point["grade"]) for point in frozen["points"]],
        "well": sum(point["grade"] == Grade.WELL_UNDERWAY for point in frozen["points"]),
        "label": Label.objects.filter(decision=decision).first(),
    }


def _point(point: dict[str, Any]) -> dict[str, Any]:
    """A point with its title and the words of its grade."""
    grade = Grade(point["grade"]).label if point["grade"] else ""
    return {**point, "title": str(Translated(point["title"])), "grade_words": grade}


def _segment(grade: str) -> str:
    return {Grade.WELL_UNDERWAY: "verified", Grade.ON_THE_WAY: "started"}.get(
        Grade(grade) if grade else Grade.TO_DO, "empty"
    )
