"""What the privacy desk reads of periods, consents and of what waits for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.conf.locale import LANG_INFO
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_coordinator, is_privacy_officer
from core.calendar import today
from core.consent import Consent
from core.restriction import Restriction
from core.retention import Category, Words, categories, category_of, period
from core.subjects import kind_of
from core.work import Item, Section
from privacy.emails import COORDINATORS_AFTER
from privacy.enums import ConsentState, RunState
from privacy.models import RequestSubject, RetentionPolicy, RetentionRun
from privacy.selectors import days_left, open_requests

SHOWN = 8
ENDS_SOON = timedelta(days=60)


# How long things are kept ----------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """One category: its period by the policy in force (None: nobody decided), its newest list."""

    category: Category
    policy: RetentionPolicy | None
    newest: RetentionRun | None

    @property
    def months(self) -> int:
        return self.policy.months if self.policy else self.category.months

    @property
    def period(self) -> str:
        """For example "12 months after the decision"."""
        return period(self.category, self.months)

    @property
    def legal_reference(self) -> Words:
        """That of the policy, else the default of the category."""
        return (self.policy and self.policy.legal_reference) or self.category.legal_reference


def kept() -> list[Kept]:
    """Every category with its policy and newest list; 2 queries."""
    policies = {policy.category: policy for policy in RetentionPolicy.objects.order_by("pk")}
    newest = RetentionRun.objects.order_by("category", "-pk")
    runs: dict[str, RetentionRun] = {}
    for run in newest.select_related("policy"):
        runs.setdefault(run.category, run)
    return [Kept(c, policies.get(c.key), runs.get(c.key)) for c in categories()]


def kept_of(key: str) -> Kept | None:
    """One category; None for a key that nobody registered."""
    return next((row for row in kept() if row.category.key == key), None)


def outcomes(run: RetentionRun) -> dict[str, int]:
    """How many records of a list became what; those still to come under the empty name."""
    found = run.items.order_by().values_list("outcome").annotate(Count("pk"))
    return dict(found)


# Consents --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ConsentKind:
    """One kind of consent, and how many stand how."""

    table: type[Consent]
    counts: dict[str, int]

    @property
    def name(self) -> str:
        """How an address names it: "testimonies.testimonyconsent"."""
        return self.table._meta.label_lower

    @property
    def label(self) -> Words:
        """In the plural."""
        return self.table._meta.verbose_name_plural or ""


def _tables() -> Iterator[type[Consent]]:
    """Every kind of consent that an app made a table of."""
    return (table for table in apps.get_models() if issubclass(table, Consent))


def _in_state(state: str, day: date) -> Q:
    taken_back = Q(withdrawn_on__isnull=False, withdrawn_on__lte=day)
    valid = ~taken_back & Q(expires_on__gte=day)
    conditions = {
        ConsentState.VALID: valid,
        ConsentState.ENDS_SOON: valid & Q(expires_on__lte=day + ENDS_SOON),
        ConsentState.EXPIRED: ~taken_back & Q(expires_on__lt=day),
        ConsentState.WITHDRAWN: taken_back,
    }
    return conditions[ConsentState(state)]


def consent_kinds(on: date | None = None) -> list[ConsentKind]:
    """Every kind of consent with its counts on a day (today when not said); a query each."""
    day = on or today()
    counts = {state: Count("pk", filter=_in_state(state, day)) for state in ConsentState.values}
    return [ConsentKind(table, table._default_manager.aggregate(**counts)) for table in _tables()]


@dataclass(frozen=True)
class ConsentRow:
    """One consent without any name: what it is about by number, and the facts of it."""

    consent: Any
    about: str
    facts: list[str]

    @property
    def language(self) -> str:
        """The language of the text that was agreed to, by its name."""
        code = self.consent.language
        return str(get_language_info(code)["name_translated"]) if code in LANG_INFO else code


def consents_of(kind: ConsentKind, state: str = "", on: date | None = None) -> QuerySet[Any]:
    """The consents of a kind, in one state if said; the one that ends first in front."""
    rows = kind.table._default_manager.order_by(F("expires_on").asc(), "pk")
    return rows.filter(_in_state(state, on or today())) if state else rows


def consent_row(consent: Any) -> ConsentRow:
    """One line of the list; reads no other table."""
    links = [f for f in consent._meta.fields if f.many_to_one and f.related_model is not User]
    about = ", ".join(
        f"{link.related_model._meta.verbose_name} {getattr(consent, link.attname)}"
        for link in links
        if getattr(consent, link.attname)
    )
    chosen = [f for f in consent._meta.fields if f.choices]
    facts = [str(getattr(consent, f"get_{field.name}_display")()) for field in chosen]
    return ConsentRow(consent, about, facts)


# What waits ------------------------------------------------------------------------------------


def waiting(user: User) -> list[Section]:
    """What waits for the privacy desk, for whom may see it; empty sections stay away.

    The coordinator cannot approve, and sees lists that nobody approves for long.
    """
    sections = []
    if is_privacy_officer(user):
        sections += [_requests(), _approvals(), _consents(), _set_aside()]
    elif is_coordinator(user):
        sections += [_approvals(days=COORDINATORS_AFTER)]
    return [section for section in sections if section.count]


def _requests() -> Section:
    rows = open_requests().defer("note", "refusal").annotate(all_rows=Window(Count("*")))
    first: list[Any] = list(rows[:SHOWN])
    items = [
        Item(
            capfirst(f"{row}: {days_left(row)}"),
            reverse("admin:privacy_subjectrequest_change", args=[row.pk]),
            row.due_on,
        )
        for row in first
    ]
    page = reverse("admin:privacy_subjectrequest_changelist")
    count = first[0].all_rows if first else 0
    return Section(_("Requests to answer"), page, count, items)


def _approvals(days: int = 0) -> Section:
    """Lists that have been waiting for so many days, the oldest in front."""
    since = today() - timedelta(days=days)
    rows = RetentionRun.objects.filter(state=RunState.WAITING, listed_at__date__lte=since)
    rows = rows.order_by("listed_at")
    first: list[Any] = list(rows.annotate(all_rows=Window(Count("*")))[:SHOWN])
    items = [
        Item(
            f"{category_of(run.category).label}: {run.count}",
            reverse("privacy:retention_run", args=[run.pk]),
            timezone.localdate(run.listed_at),
        )
        for run in first
    ]
    title = _("Lists to approve: what was kept long enough")
    count = first[0].all_rows if first else 0
    return Section(title, reverse("privacy:retention"), count, items)


def _consents() -> Section:
    """Consents that end within 60 days, of every kind, the first one in front."""
    page, state = reverse("privacy:consents"), ConsentState.ENDS_SOON
    items = []
    count = 0
    for kind in consent_kinds():
        count += kind.counts[state]
        address = f"{page}?kind={kind.name}&state={state}"
        rows = consents_of(kind, state)[:SHOWN] if kind.counts[state] else []
        items += [Item(capfirst(consent_row(row).about), address, row.expires_on) for row in rows]
    items.sort(key=lambda item: item.day)
    return Section(_("Consents that end"), f"{page}?state={state}", count, items[:SHOWN])


def _set_aside() -> Section:
    """Records that are set aside, by number, the longest first; each leads to a request on it."""
    rows = Restriction.objects.filter(lifted_at__isnull=True).order_by("since", "pk")
    same = RequestSubject.objects.filter(model=OuterRef("model"), object_id=OuterRef("object_id"))
    newest = same.order_by("-pk").values("request")[:1]
    # other mandates of the same person stand in no request; that of the first is enough
    named = rows.annotate(request=Subquery(newest)).filter(request__isnull=False)
    first: list[Any] = list(named.annotate(all_rows=Window(Count("*")))[:SHOWN])
    items = [
        Item(
            capfirst(f"{kind_of(row.model).table._meta.verbose_name} {row.object_id}"),
            reverse("admin:privacy_subjectrequest_change", args=[row.request]),
            timezone.localdate(row.since),
        )
        for row in first
    ]
    page = reverse("admin:privacy_subjectrequest_changelist")
    return Section(_("Records set aside"), page, first[0].all_rows if first else 0, items)
