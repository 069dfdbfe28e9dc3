"""The lines that a movement puts on its own site to show its label there."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.gates import actor, leader_only
from labels.badge import HEIGHT, WIDTH
from labels.linked_data import movement_address
from labels.selectors.register import public_entry
from movements.models import Movement
from movements.selectors import movements_seen_by
from programmes.selectors import shown_edition


@leader_only
@require_safe
def badge_page(request: HttpRequest, movement_id: int) -> HttpResponse:
    """The badge as it is today, and the HTML to copy in each language."""
    movement = get_object_or_404(movements_seen_by(actor(request)), pk=movement_id)
    entry = public_entry(movement.pk)
    languages = sorted(settings.LANGUAGES, key=lambda pair: pair[0] != movement.language)
    context = {
        "movement": movement,
        "entry": entry,
        "badge": f"{_address(movement)}?lang={get_language()}",
        "lines": [(code, name, embedding(movement, code)) for code, name in languages],
    }
    return render(request, "labels/leader/badge.html", context)


def embedding(movement: Movement, language: str) -> str:
    """A linked picture as HTML. Its text alternative holds whatever the state will be by then."""
    with override(language):
        alternative = _("%(programme)s: look whether our label is valid today") % {
            "programme": shown_edition().name
        }
    return format_html(
        '<a href="{}"><img src="{}?lang={}" width="{}" height="{}" alt="{}"></a>',
        movement_address(movement),
        settings.PUBLIC_URL + _address(movement),
        language,
        WIDTH,
        HEIGHT,
        alternative,
    )


def _address(movement: Movement) -> str:
    return reverse("labels:badge", args=[movement.pk])
