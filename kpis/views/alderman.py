"""The dashboard: two minutes of reading, no personal data."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.gates import actor, alderman_or_staff
from core.calendar import today
from kpis import charts, selectors, words
from kpis.enums import Pace
from programmes.enums import Indicator
from programmes.models import Edition
from programmes.selectors import shown_edition


@alderman_or_staff
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The four figures against target and plan, the trend of the visits and the ten points."""
    edition, may_change = Edition.objects.current(), Role.COORDINATOR in actor(request).roles
    context: dict[str, Any]
    if edition is None:
        context = {"programme": shown_edition(), "may_change": may_change}
        return render(request, "kpis/no_edition.html", context)
    context = figures_context(edition) | trend_context(edition)
    context |= {"bars": selectors.point_bars(), "movements": selectors.movements_counted()}
    context["may_change"] = may_change
    return render(request, "kpis/dashboard.html", context)


def figures_context(edition: Edition) -> dict[str, Any]:
    """The cards, the line above them, and where in its period the edition is."""
    figures = selectors.figures(edition)
    month, months = selectors.project_month(edition, today())
    return {
        "programme": edition,
        "day": today(),
        "month": month,
        "months": months,
        "is_over": today() > edition.ends_on,
        "headline": words.headline(figures),
        "cards": [card(figure) for figure in figures],
        "visits": next(f for f in figures if f.indicator == Indicator.HOME_VISITS),
    }


def card(figure: selectors.Figure) -> dict[str, Any]:
    """A figure with its words; in the first months it has no colour and no word."""
    compared = figure.pace != Pace.NONE
    return {
        "figure": figure,
        "beside": words.beside_line(figure.beside),
        "pace": figure.pace.value if compared else "",
        "pace_word": figure.pace.label if compared else "",
    }


def trend_context(edition: Edition) -> dict[str, Any]:
    """Home visits month by month, as a drawing and as the table beside it."""
    rows = selectors.visits_by_month(edition)
    days = (edition.ends_on - edition.starts_on).days + 1

    def moment(day: date) -> float:
        return ((min(day, edition.ends_on) - edition.starts_on).days + 1) / days

    planned = [(moment(row.until), row.planned) for row in rows if row.planned is not None]
    held = [(moment(min(row.until, today())), row.held) for row in rows if row.held is not None]
    highest = max(1, *(value for _moment, value in planned + held))
    label = _("Home visits held and planned, month by month")
    return {
        "rows": rows,
        "highest": highest,
        "trend": charts.trend_svg(planned, held, highest, label),
    }
