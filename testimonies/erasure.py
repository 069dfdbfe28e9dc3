"""What erasing a storyteller does, beside the columns that the register empties."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core import subjects
from core.calendar import today
from core.erasing import Advice, Deleted, Effect, Emptied, Kept
from testimonies.enums import Channel, TestimonyState
from testimonies.models import Storyteller, StorytellerToken, Testimony, TestimonyConsent


def take_stories_away(storyteller: Storyteller) -> Iterator[Effect]:
    """As when they are withdrawn: the words go at once, the days that the figures need stay."""
    yield Deleted(StorytellerToken.objects.filter(storyteller=storyteller))
    stories = Testimony.objects.filter(storyteller=storyteller)
    withdrawn = {
        "state": TestimonyState.WITHDRAWN,
        "withdrawn_on": today(),
        "title": "",
        "text": None,
    }
    yield Emptied(stories.exclude(state=TestimonyState.WITHDRAWN), withdrawn)
    yield Kept(stories, _("counts as shared or withdrawn, without words"))
    consents = TestimonyConsent.objects.filter(testimony__storyteller=storyteller)
    yield Kept(consents, _("its dates prove that the story was shared with consent"))
    elsewhere = consents.exclude(channel=Channel.SITE).values_list("channel", flat=True)
    for channel in sorted(set(elsewhere)):
        words = {"channel": Channel(channel).label}
        yield Advice(_("Copies may be elsewhere: %(channel)s. Ask to take them away.") % words)


subjects.extend("testimonies.storyteller", on_erasure=take_stories_away)
