"""The conversation of a movement with the youth service, on either side."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from accounts.gates import actor, leader_only, staff_only
from core.pages import ServiceFormView
from movements.forms.conversation import MessageForm
from movements.models import Message, Movement
from movements.rules import may_talk
from movements.selectors import movements_seen_by
from movements.selectors.conversation import leaders_to_tell, shown_of, staff_to_tell

END = "#end"


class Conversation(ServiceFormView):
    """What was said, and a form; a double click says it once."""

    form_class = MessageForm
    movement: Movement

    def done(self, saved: Message) -> str:
        return gettext("Sent.")

    def get_form_kwargs(self) -> dict[str, Any]:
        by = {"movement": self.movement, "by": actor(self.request)}
        return {**super().get_form_kwargs(), **by}


class LeadersConversation(Conversation):
    """Who leads a movement reads and writes; who will lead it reads."""

    template_name = "movements/conversation.html"
    title = gettext_lazy("Messages")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        seen = movements_seen_by(actor(request))
        if request.method not in ("GET", "HEAD"):
            seen = seen.filter(writes_from=None)  # who leads it at this moment
        self.movement = get_object_or_404(seen, pk=kwargs["movement_id"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = actor(self.request)
        return super().get_context_data(
            movement=self.movement,
            said=shown_of(self.movement, everything="all" in self.request.GET),
            may_talk=may_talk.test(user, self.movement),
            answer_from=staff_to_tell(self.movement),
            **kwargs,
        )

    def next_address(self, saved: Message) -> str:
        return reverse("movements:conversation", args=[self.movement.pk]) + END


class StaffConversation(Conversation):
    """The youth service answers."""

    template_name = "admin/movements/movement/conversation.html"
    title = gettext_lazy("Messages")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        movements = Movement.objects.for_user(actor(request))
        self.movement = get_object_or_404(movements, pk=kwargs["movement_id"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            movement=self.movement,
            said=shown_of(self.movement, everything="all" in self.request.GET),
            readers=leaders_to_tell(self.movement),
            **kwargs,
        )

    def next_address(self, saved: Message) -> str:
        name = "admin:movements_movement_conversation"
        return reverse(name, args=[self.movement.pk]) + END


conversation = leader_only(LeadersConversation.as_view())
staff_conversation = staff_only(StaffConversation.as_view())
