"""What pages and other apps read about testimonies."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from core.calendar import today
from testimonies.enums import TestimonyState
from testimonies.models import Testimony, TestimonyConsent, TestimonyQuerySet

EXPIRES_SOON = timedelta(days=60)
# who the storyteller really is never leaves the database for a page that does not show it
UNSHOWN = ("storyteller__name", "storyteller__contact")


def public_stories(on: date | None = None) -> TestimonyQuerySet:
    """Published stories under a current consent, newest first, with alias and kind; one query."""
    published = Testimony.objects.filter(state=TestimonyState.PUBLISHED)
    stories = published.in_use().online_on(on or today())
    return stories.select_related("storyteller").defer(*UNSHOWN)


def testimony_rows(user: User) -> QuerySet[Testimony]:
    """Testimonies for a list, with alias and collector, and `consented`: allowed today."""
    allowed = Testimony.objects.filter(pk=OuterRef("pk")).consented_on(today())
    return (
        Testimony.objects.for_user(user)
        .select_related("storyteller", "collected_by")
        .defer("text", *UNSHOWN)
        .annotate(consented=Exists(allowed))
    )


def testimony_file(user: User) -> QuerySet[Testimony]:
    """Testimonies with all that the page of one shows; 2 queries."""
    return (
        Testimony.objects.for_user(user)
        .select_related("storyteller", "collected_by")
        .prefetch_related("consents")
    )


def consents_about_to_end(user: User, on: date | None = None) -> QuerySet[TestimonyConsent]:
    """Consents that end within 60 days, for testimonies this user handles; soonest first."""
    day = on or today()
    handled = Testimony.objects.with_details_for(user).exclude(state=TestimonyState.WITHDRAWN)
    return (
        TestimonyConsent.objects.valid_on(day)
        .filter(testimony__in=handled, expires_on__lte=day + EXPIRES_SOON)
        .order_by("expires_on", "id")
    )


# For the figures (domain: "Targets") -----------------------------------------------------------


def shared_between(first: date, last: date) -> QuerySet[Testimony]:
    """Stories first published from `first` to `last`; a withdrawn one was shared all the same."""
    return Testimony.objects.filter(first_published_on__range=(first, last))


def online_on(day: date) -> QuerySet[Testimony]:
    """Stories that anybody could read on a day."""
    return Testimony.objects.online_on(day)


def withdrawn_between(first: date, last: date) -> QuerySet[Testimony]:
    """Stories that had been shared and were withdrawn from `first` to `last`."""
    shared = Testimony.objects.filter(first_published_on__isnull=False)
    return shared.filter(withdrawn_on__range=(first, last))
