"""The ten points as a template: versions, their words in each language, what helps with them."""

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.translated import TranslatedField, translated_check

POINTS = 10


class PlanTemplateQuerySet(models.QuerySet["PlanTemplate"]):
    """Templates by whether plans may begin with them."""

    def published(self) -> "PlanTemplateQuerySet":
        """Published ones, the latest version first."""
        return self.filter(published_on__isnull=False).order_by("-version")


class PlanTemplate(models.Model):
    """One version of the ten points. A published version never changes; a plan keeps its own."""

    version = models.PositiveSmallIntegerField(_("version"), unique=True)
    name = TranslatedField(_("name"))
    published_on = models.DateField(_("published on"), null=True, blank=True)

    objects = PlanTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["-version"]
        constraints = [translated_check("name", "plantemplate")]

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"


class TemplatePoint(models.Model):
    """One of the ten points of a template, in each language."""

    template = models.ForeignKey(
        PlanTemplate, on_delete=models.CASCADE, related_name="points", verbose_name=_("template")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title = TranslatedField(_("title"))
    description = TranslatedField(_("description"), long=True)
    guidance = TranslatedField(_("what to write"), long=True)
    examples = TranslatedField(_("for example"), long=True, blank=True)

    class Meta:
        verbose_name = _("point of the template")
        verbose_name_plural = _("points of the template")
        ordering = ["template", "number"]
        constraints = [
            translated_check("title", "templatepoint"),
            models.UniqueConstraint(fields=["template", "number"], name="templatepoint_once"),
            models.CheckConstraint(
                condition=Q(number__range=(1, POINTS)),
                name="templatepoint_one_to_ten",
                violation_error_message=_("A plan has the points 1 to 10."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class TemplateMaterial(models.Model):
    """A toolkit, a film or a text that helps with a point: a link or a file, with its name."""

    point = models.ForeignKey(
        TemplatePoint, on_delete=models.CASCADE, related_name="materials", verbose_name=_("point")
    )
    title = TranslatedField(_("name"))
    url = models.URLField(
        _("link"), blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    file = models.FileField(_("file"), upload_to="materials", blank=True)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["point", "id"]
        constraints = [
            translated_check("title", "templatematerial"),
            models.CheckConstraint(
                condition=(~Q(url="") & Q(file="")) | (Q(url="") & ~Q(file="")),
                name="templatematerial_link_or_file",
                violation_error_message=_("Give a link or a file."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)
