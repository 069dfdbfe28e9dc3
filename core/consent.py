"""What every consent has, whoever gives it and for what."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class Consent(models.Model):
    """A dated yes that expires and can be taken back; subclasses say for whom and for what."""

    given_on = models.DateField(_("given on"))
    expires_on = models.DateField(_("expires on"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    text_version = models.CharField(_("version of the text"), max_length=20)
    language = models.CharField(_("language"), max_length=10)
    explained_by = models.CharField(_("explained by"), max_length=40)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_on__gte=models.F("given_on")),
                name="%(class)s_expires_after_given",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_on__isnull=True)
                | models.Q(withdrawn_on__gte=models.F("given_on")),
                name="%(class)s_withdrawn_after_given",
            ),
        ]

    def valid_on(self, day: date) -> bool:
        """Whether the consent holds on that day; on the day it is taken back it no longer does."""
        withdrawn = self.withdrawn_on is not None and self.withdrawn_on <= day
        return self.given_on <= day <= self.expires_on and not withdrawn
