"""The dated functions of people in movements."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Min, Q, Value, When
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import add_months, today
from core.erasing import erased_word
from core.restriction import is_restricted
from movements import years
from movements.enums import Function
from movements.models.dated import active_on

# who began before leads no youth any more; nobody plans further ahead
EARLIEST, YEARS_AHEAD = date(1950, 1, 1), 20


def kept_up(since: date) -> Q:
    """The condition that a mandate began, or was said to go on, on a day or later."""
    return Q(confirmed_on__gte=since) | Q(starts_on__gte=since)


def last_day_between(first: date, last: date) -> Q:
    """The condition that `last_day` falls in a period: that of the planned end, or of the lapse."""
    found = Q(pk__in=[])
    for year in range(first.year - 1, last.year + 2):
        lapse, kept = years.ends_on(year), kept_up(years.opens_on(year - 1))
        start, end = max(first, years.ends_on(year - 1) + years.DAY), min(last, lapse)
        found |= kept & Q(ends_on__range=(start, end))
        if first <= lapse <= last:
            open_end = Q(ends_on__isnull=True) | Q(ends_on__gt=lapse)
            found |= kept & ~kept_up(years.opens_on(year)) & open_end
    return found


def last_day_column(first: date, last: date) -> Case:
    """`last_day` in SQL, for mandates of which it falls in a period."""
    lapsing = []
    for year in range(first.year - 1, last.year + 1):
        if first <= (lapse := years.ends_on(year)) <= last:
            open_end = Q(ends_on__isnull=True) | Q(ends_on__gt=lapse)
            lapsing.append(When(~kept_up(years.opens_on(year)) & open_end, then=Value(lapse)))
    return Case(*lapsing, default=F("ends_on"), output_field=models.DateField())


def lasts_beyond(day: date) -> Q:
    """The condition that `last_day` comes after a day."""
    open_end = Q(ends_on__isnull=True) | Q(ends_on__gt=day)
    return open_end & kept_up(years.holds_since(day + years.DAY))


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Mandates by date."""

    def active(self, on: date | None = None) -> "MandateQuerySet":
        """Those that hold on a day; without a day: those that hold at this moment.

        One that nobody said goes on holds until the end of that working year's last day to say so.
        """
        if on is not None:
            # one that was ended before it began never held
            begun = Q(ended_at__isnull=True) | Q(ended_at__date__gte=F("starts_on"))
            return self.recorded().filter(active_on(on), begun, kept_up(years.holds_since(on)))
        return self.not_over().filter(starts_on__lte=today())

    def writing(self) -> "MandateQuerySet":
        """Those whose people may write at this moment: they hold, and were confirmed in time."""
        return self.active().filter(kept_up(years.writes_since(today())))

    def waiting(self) -> "MandateQuerySet":
        """Those that hold, and of which nobody said yet that they go on in this working year."""
        return self.active().exclude(kept_up(years.asked_since(today())))

    def back_late(self) -> "MandateQuerySet":
        """Those whose person said too late in this working year that it goes on."""
        return self.active().filter(came_back_on__gte=years.asked_since(today()))

    def lapsed_unwritten(self) -> "MandateQuerySet":
        """Those that nobody confirmed, over since a day, with no end or a later one written."""
        found = Q(pk__in=[])
        oldest = self.aggregate(day=Min("starts_on"))["day"] or today()
        for year in range(years.working_year(oldest), today().year + 1):
            if (lapse := years.ends_on(year)) < today():
                later = Q(ends_on__isnull=True) | Q(ends_on__gt=lapse)
                found |= ~kept_up(years.opens_on(year)) & later
        return self.recorded().filter(found, ended_at__isnull=True)

    def recorded(self) -> "MandateQuerySet":
        """All but those that turned out to be another one, recorded twice."""
        return self.filter(merged_into__isnull=True)

    def in_use(self) -> "MandateQuerySet":
        """All but those of people who were erased, or whom the privacy officer set aside."""
        return self.exclude(email="").exclude(is_restricted(Mandate))

    def not_over(self) -> "MandateQuerySet":
        """Those that hold at this moment or begin later: their people may look, not all write."""
        ends = Q(ends_on__isnull=True) | Q(ends_on__gte=today())
        lasting = kept_up(years.holds_since(today()))
        return self.recorded().filter(ends, lasting, ended_at__isnull=True)

    def by_function(self) -> "MandateQuerySet":
        """Main leaders first, adult supervisors last, then by name."""
        rank = [When(function=value, then=Value(n)) for n, value in enumerate(Function.values)]
        return self.order_by(Case(*rank), "name", "id")

    def ending_between(self, first: date, last: date) -> "MandateQuerySet":
        """Those whose end falls in a period, both days included."""
        return self.recorded().filter(ends_on__range=(first, last), ended_at__isnull=True)


class Mandate(models.Model):
    """One person's dated function in one movement; ended, never deleted.

    Contact details stand here and not on the user, so they end with the mandate.
    """

    movement = models.ForeignKey(
        "movements.Movement",
        on_delete=models.PROTECT,
        related_name="mandates",
        verbose_name=_("movement"),
    )
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="mandates",
        null=True,
        blank=True,
        verbose_name=_("account"),
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    turns_18_on = models.DateField(
        _("turns 18 on"),
        null=True,
        blank=True,
        help_text=_(
            "Only for somebody who is not 18 yet. Until that day we keep no phone number; "
            "after it the date is forgotten."
        ),
    )
    function = models.CharField(
        _("function"), max_length=20, choices=Function.choices, default=Function.LEADER
    )
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    confirmed_on = models.DateField(
        _("confirmed on"), default=today, help_text=_("when somebody last said that it goes on")
    )
    came_back_on = models.DateField(
        _("came back on"),
        null=True,
        blank=True,
        help_text=_("when its person said, too late, that it goes on; a main leader may object"),
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="duplicates",
        null=True,
        blank=True,
        verbose_name=_("the same as"),
        help_text=_("the mandate that this one turned out to be, recorded twice"),
    )

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["movement", "function", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(function__in=Function.values), name="mandate_function_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="mandate_ends_after_start",
                violation_error_code="ends_on",
                violation_error_message=_("The end comes before the start."),
            ),
            # a date in the past is emptied by the services, so this holds whatever the day
            models.CheckConstraint(
                condition=Q(turns_18_on__isnull=True) | Q(phone=""),
                name="mandate_minor_without_phone",
                violation_error_code="phone",
                violation_error_message=_("We keep no phone number of somebody under 18."),
            ),
            models.UniqueConstraint(
                "movement",
                Lower("email"),
                "function",
                "starts_on",
                # without an address: of somebody who was erased
                condition=~Q(email="") & Q(merged_into__isnull=True),
                name="mandate_once",
                violation_error_code="email",
                violation_error_message=_("This mandate was recorded already."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="mandate_not_its_own_duplicate",
            ),
        ]
        # what the reminder ladder asks, also of a table with twenty years of teams
        indexes = [
            models.Index(fields=["ends_on"], name="mandate_ends_on"),
            models.Index(fields=["confirmed_on"], name="mandate_confirmed_on"),
            models.Index(fields=["starts_on"], name="mandate_starts_on"),
            # all that tells whether a movement still has a main leader: no row itself is read
            models.Index(
                fields=["movement", "ended_at", "ends_on", "confirmed_on", "starts_on"],
                name="mandate_main_of",
                condition=Q(function=Function.MAIN_LEADER, merged_into__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{Function(self.function).label} {self.pk}"

    def clean(self) -> None:
        """Refuse days that only a slip of the finger gives: each year since costs a scan."""
        latest = add_months(today(), 12 * YEARS_AHEAD)
        days = [day for day in (self.starts_on, self.ends_on) if day]
        if days and not EARLIEST <= min(days) <= max(days) <= latest:
            raise ValidationError(_("Look at the years once more: one of them cannot be."))

    @property
    def key(self) -> str:
        """How logs and the outbox name this person."""
        return f"mandate:{self.pk}"

    @property
    def is_erased(self) -> bool:
        """Whether the person was erased: nobody else is without a name."""
        return not self.name

    @property
    def shown_name(self) -> str:
        """The name, or the word that stands for it."""
        return self.name or erased_word()

    @property
    def said_on(self) -> date:
        """The last day on which somebody said that it goes on; a start says so too."""
        return max(self.confirmed_on, self.starts_on)

    @property
    def last_day(self) -> date:
        """The last day on which it holds by what is known now: its end, or the day it lapses."""
        lapses_on = years.lapses_on(self.said_on)
        return lapses_on if self.ends_on is None else min(self.ends_on, lapses_on)

    @property
    def holds_now(self) -> bool:
        """Whether it holds at this moment."""
        return self.starts_on <= today() and not self.is_over

    @property
    def is_over(self) -> bool:
        """Whether it holds no more and never will."""
        duplicate = self.merged_into_id is not None
        return duplicate or self.ended_at is not None or self.last_day < today()

    @property
    def writes_now(self) -> bool:
        """Whether its person may write at this moment: it holds and was confirmed in time."""
        return self.holds_now and self.said_on >= years.writes_since(today())

    @property
    def waits_for_confirmation(self) -> bool:
        """Whether it holds and nobody said yet that it goes on in this working year."""
        return self.holds_now and self.said_on < years.asked_since(today())

    @property
    def is_back_late(self) -> bool:
        """Whether its person said too late that it goes on, so that a main leader may object."""
        day = self.came_back_on
        return day is not None and self.holds_now and day >= years.asked_since(today())

    @property
    def may_be_invited(self) -> bool:
        """Whether a link still makes sense: linked to an open account, and not over."""
        return self.user is not None and self.user.is_active and not self.is_over
