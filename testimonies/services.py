"""Every write about testimonies and the consents under which they are public."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import last_day, today
from core.erasing import refuse_erased
from core.errors import Refused, Stale
from core.logs import log_activity
from recruitment.names import tokens
from testimonies.enums import (
    MAYBE_MINORS,
    TRANSITIONS,
    Channel,
    Giver,
    StoryLanguage,
    StorytellerKind,
    TestimonyState,
)
from testimonies.models import Storyteller, StorytellerToken, Testimony, TestimonyConsent
from testimonies.rules import missing_givers

CONSENT_MONTHS = 60
OLDEST = 1900
TEXT_VERSION = "1"  # of the default text that is explained when consent is asked


def _past(day: date | None) -> date:
    day = day or today()
    if day > today():
        raise Refused(_("This day is still to come."))
    return day


def _written(text: str) -> str:
    if not text.strip():
        raise Refused(_("Write down the title and the text."))
    return text.strip()


def _locked(testimony: Testimony, then: TestimonyState) -> Testimony:
    """The testimony under lock, when the transition table lets it become `then`."""
    testimony = Testimony.objects.select_for_update().get(pk=testimony.pk)
    now = TestimonyState(testimony.state)
    if then not in TRANSITIONS[now]:
        raise Refused(
            _("This testimony is %(now)s; it cannot become %(then)s.")
            % {"now": now.label, "then": then.label}
        )
    return testimony


@transaction.atomic
def collect(
    *,
    name: str,
    alias: str,
    kind: StorytellerKind | str,
    title: str,
    text: str,
    by: User,
    language: StoryLanguage | str = StoryLanguage.NL,
    contact: str = "",
    birth_year: int | None = None,
    on: date | None = None,
) -> Testimony:
    """Write down what somebody told. Raises Refused without name, alias, title or text, and for
    somebody who may be under 18 without a birth year."""
    _check_teller(name, alias, kind, birth_year)
    storyteller = Storyteller.objects.create(
        name=name.strip(),
        contact=contact.strip(),
        alias=alias.strip(),
        kind=kind,
        birth_year=birth_year,
    )
    index_name(storyteller=storyteller)
    testimony = Testimony.objects.create(
        storyteller=storyteller,
        collected_by=by,
        collected_on=_past(on),
        title=_written(title),
        text=_written(text),
        language=language,
    )
    log_activity(actor=by, verb="added", obj=testimony, state=testimony.state)
    return testimony


@transaction.atomic
def index_name(*, storyteller: Storyteller) -> None:
    """Make a storyteller findable by name; an emptied name is not found any more.

    Whatever changes a name calls it in the same transaction.
    """
    wanted, there = tokens(storyteller.name), storyteller.name_tokens.all()
    there.exclude(token__in=wanted).delete()
    missing = sorted(wanted.difference(there.values_list("token", flat=True)))
    StorytellerToken.objects.bulk_create(
        StorytellerToken(storyteller=storyteller, token=token) for token in missing
    )


@transaction.atomic
def change_storyteller(
    *,
    storyteller: Storyteller,
    name: str,
    contact: str,
    alias: str,
    birth_year: int | None,
    by: User,
) -> Storyteller:
    """Correct who told a story; the story is signed with the new alias at once.

    Raises Refused as `collect` does, and for somebody who was erased.
    """
    storyteller = Storyteller.objects.select_for_update().get(pk=storyteller.pk)
    refuse_erased(storyteller)
    _check_teller(name, alias, storyteller.kind, birth_year)
    new = {"name": name.strip(), "contact": contact.strip(), "alias": alias.strip()}
    new_values = {**new, "birth_year": birth_year}
    changed = [field for field, value in new_values.items() if getattr(storyteller, field) != value]
    for field in changed:
        setattr(storyteller, field, new_values[field])
    if changed:
        storyteller.save(update_fields=changed)
        index_name(storyteller=storyteller)
        log_activity(actor=by, verb="changed", obj=storyteller, fields=changed)
    return storyteller


def replace_tokens(*, wanted: dict[int, set[str]]) -> None:
    """Write all fingerprints of storytellers anew, by storyteller. The caller has locked them."""
    StorytellerToken.objects.filter(storyteller__in=wanted).delete()
    StorytellerToken.objects.bulk_create(
        StorytellerToken(storyteller_id=storyteller, token=token)
        for storyteller, tokens_of_name in wanted.items()
        for token in sorted(tokens_of_name)
    )


def _check_teller(name: str, alias: str, kind: str, birth_year: int | None) -> None:
    if not (name.strip() and alias.strip()):
        raise Refused(_("Give the name, and the name in the story."))
    if kind in MAYBE_MINORS and birth_year is None:
        raise Refused(_("Give the birth year: it decides who consents."))
    if birth_year is not None and not OLDEST <= birth_year <= today().year:
        raise Refused(_("Give a year such as 2014."))


@transaction.atomic
def revise(
    *,
    testimony: Testimony,
    title: str,
    text: str,
    version: int,
    by: User,
    language: StoryLanguage | str = "",
) -> Testimony:
    """Change the text of a story that is not public yet; the storyteller approves it again.

    Raises Stale on another version, Refused for a published or withdrawn one.
    """
    testimony = Testimony.objects.select_for_update().get(pk=testimony.pk)
    if testimony.state not in (TestimonyState.COLLECTED, TestimonyState.APPROVED):
        raise Refused(_("A published story stays as the storyteller approved it."))
    if testimony.version != version:
        raise Stale(_("Somebody changed this in the meantime."))
    testimony.title, testimony.text = _written(title), _written(text)
    testimony.language = language or testimony.language
    testimony.state, testimony.approved_on = TestimonyState.COLLECTED, None
    testimony.version += 1
    testimony.save()
    log_activity(actor=by, verb="changed", obj=testimony, fields=["title", "text", "language"])
    return testimony


@transaction.atomic
def give_consent(
    *,
    testimony: Testimony,
    giver: Giver | str,
    channel: Channel | str,
    given_on: date,
    by: User,
    text_version: str,
    language: str,
    expires_on: date | None = None,
) -> TestimonyConsent:
    """Record a yes that was given to `by`, who explained it; it holds five years unless said.

    Raises Refused for a withdrawn testimony, a day to come, or an end before the start.
    """
    testimony = Testimony.objects.select_for_update().get(pk=testimony.pk)
    if testimony.state == TestimonyState.WITHDRAWN:
        raise Refused(_("This testimony was withdrawn."))
    expires_on = expires_on or last_day(_past(given_on), CONSENT_MONTHS)
    if expires_on < given_on:
        raise Refused(_("The consent ends before it was given."))
    consent = TestimonyConsent.objects.create(
        testimony=testimony,
        giver=giver,
        channel=channel,
        given_on=given_on,
        expires_on=expires_on,
        text_version=text_version,
        language=language,
        explained_by=by.key,
    )
    log_activity(actor=by, verb="consented", obj=consent, state=consent.channel)
    return consent


@transaction.atomic
def take_back_consent(*, consent: TestimonyConsent, by: User) -> TestimonyConsent:
    """Record that somebody took a yes back today; a public story is hidden at once.

    Raises Refused when it was taken back already.
    """
    consent = TestimonyConsent.objects.select_for_update().get(pk=consent.pk)
    if consent.withdrawn_on is not None:
        raise Refused(_("This consent was taken back already."))
    consent.withdrawn_on = today()
    consent.save(update_fields=["withdrawn_on"])
    log_activity(actor=by, verb="took back", obj=consent, state=consent.channel)
    return consent


@transaction.atomic
def approve(*, testimony: Testimony, by: User, on: date | None = None) -> Testimony:
    """Record that the storyteller approved the final text on a day (today when not said).

    Raises Refused from another state, for a day to come, or one before it was collected.
    """
    testimony = _locked(testimony, TestimonyState.APPROVED)
    day = _past(on)
    if day < testimony.collected_on:
        raise Refused(_("The text was written down later than that day."))
    testimony.state, testimony.approved_on = TestimonyState.APPROVED, day
    testimony.save(update_fields=["state", "approved_on"])
    log_activity(actor=by, verb="approved", obj=testimony, state=testimony.state)
    return testimony


@transaction.atomic
def publish(*, testimony: Testimony, by: User) -> Testimony:
    """Put an approved story on the site, when everybody who must agree does so today.

    Raises Refused when it is not approved, or naming who still has to agree.
    """
    testimony = _locked(testimony, TestimonyState.PUBLISHED)
    missing = missing_givers(testimony, today())
    if missing:
        raise Refused(
            _("Not allowed on the site yet. Still to agree: %(who)s.")
            % {"who": ", ".join(str(giver.label) for giver in missing)}
        )
    testimony.state, testimony.first_published_on = TestimonyState.PUBLISHED, today()
    testimony.save(update_fields=["state", "first_published_on"])
    log_activity(actor=by, verb="published", obj=testimony, state=testimony.state)
    return testimony


@transaction.atomic
def withdraw(*, testimony: Testimony, by: User) -> Testimony:
    """Take the words away at once; an empty row stays, with the days the figures need.

    Raises Refused when it was withdrawn already.
    """
    testimony = _locked(testimony, TestimonyState.WITHDRAWN)
    testimony.state, testimony.withdrawn_on = TestimonyState.WITHDRAWN, today()
    testimony.title, testimony.text = "", None
    testimony.version += 1
    testimony.save()
    log_activity(actor=by, verb="withdrew", obj=testimony, state=testimony.state)
    return testimony
