"""Stories for everybody, as long as the right people agree; nothing of them is kept in a cache."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.utils.decorators import method_decorator
from django.views.generic import DetailView, ListView

from testimonies.models import Testimony
from testimonies.selectors import public_stories


@method_decorator(login_not_required, name="dispatch")
class StoriesView(ListView):
    """The stories, newest first."""

    template_name = "testimonies/stories.html"
    context_object_name = "stories"
    paginate_by = 12

    def get_queryset(self) -> QuerySet[Testimony]:
        return public_stories()


@method_decorator(login_not_required, name="dispatch")
class StoryView(DetailView):
    """One story; the same 404 for one that is missing, hidden, withdrawn or not public yet."""

    template_name = "testimonies/story.html"
    context_object_name = "story"

    def get_queryset(self) -> Any:
        return public_stories()
