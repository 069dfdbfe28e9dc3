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


class StoryLanguage(models.TextChoices):
    """Languages a story may be in, each by its own name; any direction of writing."""

    NL = "nl", "Nederlands"
    FR = "fr", "Français"
    EN = "en", "English"
    AR = "ar", "العربية"
    AM = "am", "አማርኛ"
    BG = "bg", "Български"
    CKB = "ckb", "کوردی"
    DE = "de", "Deutsch"
    ES = "es", "Español"
    FA = "fa", "فارسی"
    IT = "it", "Italiano"
    PL = "pl", "Polski"
    PS = "ps", "پښتو"
    PT = "pt", "Português"
    RO = "ro", "Română"
    RU = "ru", "Русский"
    SO = "so", "Soomaali"
    SQ = "sq", "Shqip"
    TI = "ti", "ትግርኛ"
    TR = "tr", "Türkçe"
    UK = "uk", "Українська"
    UR = "ur", "اردو"


RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "ps", "ur"})

# of these the birth year decides who consents; the others are adults
MAYBE_MINORS = ("child", "young_person", "leader", "volunteer")

S = TestimonyState
TRANSITIONS: dict[TestimonyState, frozenset[TestimonyState]] = {
    S.COLLECTED: frozenset({S.APPROVED, S.WITHDRAWN}),
    # another text has to be approved again
    S.APPROVED: frozenset({S.COLLECTED, S.PUBLISHED, S.WITHDRAWN}),
    S.PUBLISHED: frozenset({S.WITHDRAWN}),
    S.WITHDRAWN: frozenset(),
}
