"""What pages read of templates: what helps with the points, what another city's file would make."""

from dataclasses import dataclass

from django.db.models import QuerySet

from core.translated import LANGUAGES, Translated
from labels.models import PlanTemplate, TemplatePoint
from labels.template_file import MaterialRead, TemplateRead


def materials_of(template: PlanTemplate) -> QuerySet[TemplatePoint]:
    """The points of a template in their order, each with its materials; two queries."""
    return template.points.order_by("number").prefetch_related("materials")


@dataclass(frozen=True)
class ComparedPoint:
    """A point of a file beside the point that plans begin with today."""

    number: int
    title: Translated
    before: str  # what the point is called today, when that is something else
    is_same: bool  # all its words are those of today
    materials: list[MaterialRead]
    missing: list[str]  # languages in which a text is empty while the Dutch one is not


@dataclass(frozen=True)
class Compared:
    """What a file would make."""

    name: Translated
    version: int
    draft: PlanTemplate | None  # the one that stands in the way
    points: list[ComparedPoint]


def compared(read: TemplateRead) -> Compared:
    """A file beside the version that plans begin with today; three queries."""
    versions = list(PlanTemplate.objects.order_by("-version"))
    published = next((template for template in versions if template.published_on), None)
    points = published.points.all() if published else []
    today = {point.number: point for point in points}
    return Compared(
        name=read.name,
        version=versions[0].version + 1 if versions else 1,
        draft=next((template for template in versions if not template.published_on), None),
        points=[
            _compared(point.number, point.texts, point.materials, today.get(point.number))
            for point in read.points
        ],
    )


def _compared(
    number: int,
    texts: dict[str, Translated],
    materials: list[MaterialRead],
    today: TemplatePoint | None,
) -> ComparedPoint:
    before = str(today.title) if today else ""
    unchanged = today is not None and all(
        _same(text, getattr(today, name)) for name, text in texts.items()
    )
    return ComparedPoint(
        number=number,
        title=texts["title"],
        before=before if before != str(texts["title"]) else "",
        is_same=unchanged,
        materials=materials,
        missing=[
            code
            for code in LANGUAGES
            if any(text[LANGUAGES[0]] and not text[code] for text in texts.values())
        ],
    )


def _same(one: Translated, other: Translated) -> bool:
    return all(one.get(code, "") == other.get(code, "") for code in LANGUAGES)
