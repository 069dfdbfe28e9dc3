"""Federations, with their own words and codes; how names and codes are written."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.translated import TranslatedField, translated_check


def tidy(text: str) -> str:
    """Text on one line, without blanks around it or doubled inside it."""
    return " ".join(text.split())


def tidy_code(text: str) -> str:
    """A number as the federation writes it: in capitals, without doubled blanks."""
    return tidy(text).upper()


def matches(pattern: str, text: str) -> bool:
    """Whether a federation's pattern fits the whole of a text; no pattern fits nothing."""
    return bool(pattern) and re.fullmatch(pattern, text) is not None


PATTERNS = ("code_pattern", "district_pattern", "region_pattern")


class Federation(models.Model):
    """A national body, with its own words and its own codes for local groups."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    group_word = TranslatedField(_("its word for a local group"))
    main_leader_word = TranslatedField(_("its word for the main leader"))
    code_pattern = models.CharField(
        _("pattern of a code"), max_length=120, blank=True, help_text=_("a regular expression")
    )
    district_pattern = models.CharField(_("pattern of a district"), max_length=120, blank=True)
    region_pattern = models.CharField(_("pattern of a region (gouw)"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("federation")
        verbose_name_plural = _("federations")
        ordering = ["name"]
        constraints = [
            translated_check("group_word", "federation"),
            translated_check("main_leader_word", "federation"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A pattern is a regular expression."""
        for field in PATTERNS:
            try:
                re.compile(getattr(self, field))
            except re.error as error:
                message = gettext("This is not a regular expression.")
                raise ValidationError({field: message}) from error
