"""Who tells, and how far a testimony is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StorytellerKind(models.TextChoices):
    """Who tells the story."""

    CHILD = "child", _("child")
    YOUNG_PERSON = "young_person", _("young person")
    PARENT = "parent", _("parent")
    LEADER = "leader", _("leader")
    VOLUNTEER = "volunteer", _("volunteer")
    PROFESSIONAL = "professional", _("professional")
    EMPLOYER = "employer", _("employer")


class TestimonyState(models.TextChoices):
    """How far a testimony is; only a published one is a story."""

    __test__ = False  # pytest would take the name for a test class

    COLLECTED = "collected", _("collected")
    APPROVED = "approved", _("approved by the storyteller")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Channel(models.TextChoices):
    """Where a consent allows a story to appear."""

    SITE = "site", _("site")
    SOCIAL_MEDIA = "social_media", _("social media")
    PRINT = "print", _("print")
    PRESS = "press", _("press")


class Giver(models.TextChoices):
    """Who gave a consent."""

    STORYTELLER = "storyteller", _("the storyteller")
    GUARDIAN = "guardian", _("a parent or guardian")


S = TestimonyState
TRANSITIONS: dict[TestimonyState, frozenset[TestimonyState]] = {
    S.COLLECTED: frozenset({S.APPROVED, S.WITHDRAWN}),
    S.APPROVED: frozenset({S.PUBLISHED, S.WITHDRAWN}),
    S.PUBLISHED: frozenset({S.WITHDRAWN}),
    S.WITHDRAWN: frozenset(),
}
