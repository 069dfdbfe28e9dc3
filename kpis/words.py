"""Figures in words: the first line of the dashboard and what stands beside a card."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.components import number
from kpis.enums import Pace
from kpis.indicators import Beside
from kpis.selectors import Figure


def headline(figures: Sequence[Figure]) -> str:
    """The news in one line: "3 of 4 on schedule; home visits 12 behind"."""
    compared = [figure for figure in figures if figure.pace != Pace.NONE]
    if not compared:
        return _("Just begun: too early to compare with the plan")
    good = sum(figure.pace == Pace.GOOD for figure in compared)
    on_schedule = ngettext(
        "%(good)s of %(all)s on schedule", "%(good)s of %(all)s on schedule", good
    ) % {"good": number(good), "all": number(len(compared))}
    late = [_behind(figure) for figure in compared if figure.pace != Pace.GOOD]
    return _("; ").join([on_schedule, ", ".join(late)]) if late else on_schedule


def _behind(figure: Figure) -> str:
    words = ngettext("%(what)s %(number)s behind", "%(what)s %(number)s behind", figure.behind)
    return words % {"what": figure.in_sentence, "number": number(figure.behind)}


def beside_line(beside: Sequence[Beside]) -> str:
    """The numbers beside a figure in one line: "ever awarded: 26 · paused: 1"."""
    return " · ".join(f"{extra.name}: {number(extra.value)}" for extra in beside)
