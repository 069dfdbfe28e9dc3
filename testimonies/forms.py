"""Forms of the team for testimonies and consents."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.calendar import today
from core.forms import DayInput, ServiceForm, VersionedForm, capitalised
from testimonies import services
from testimonies.enums import MAYBE_MINORS, Channel, Giver, StoryLanguage, StorytellerKind
from testimonies.models import Testimony, TestimonyConsent


def line(label: Any, length: int = 80, **options: Any) -> forms.CharField:
    """A line in any script; browsers are asked not to remember it."""
    widget = forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=length, widget=widget, **options)


def story_field() -> forms.CharField:
    """The story itself, in any direction."""
    return forms.CharField(
        label=gettext_lazy("Story"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
        help_text=gettext_lazy("No names of others, no place smaller than the district."),
    )


def language_field(label: Any) -> forms.ChoiceField:
    """Languages by their own names."""
    return forms.ChoiceField(label=label, choices=StoryLanguage.choices)


class CollectForm(ServiceForm):
    """What somebody told, and who that is."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Who tells"), choices=capitalised(StorytellerKind.choices)
    )
    birth_year = forms.IntegerField(
        label=gettext_lazy("Birth year"),
        required=False,
        min_value=services.OLDEST,
        max_value=2100,
        help_text=gettext_lazy("Not for parents, professionals and employers."),
    )
    name = line(gettext_lazy("Name"), help_text=gettext_lazy("Never shown."))
    contact = line(
        gettext_lazy("Contact"),
        required=False,
        help_text=gettext_lazy("Phone or e-mail, to ask again when the consent ends."),
    )
    alias = line(gettext_lazy("Name in the story"), length=60)
    language = language_field(gettext_lazy("Language of the story"))
    title = line(gettext_lazy("Title"), length=120)
    text = story_field()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        asked = cleaned.get("kind") in MAYBE_MINORS and "birth_year" in cleaned
        if asked and cleaned["birth_year"] is None:
            self.add_error("birth_year", _("Give the birth year: it decides who consents."))
        return cleaned

    def save(self) -> Testimony | None:
        """The testimony, or None when refused."""
        return self.attempt(services.collect, by=self.user, **self.cleaned_data)


class ReviseForm(VersionedForm):
    """Another text, which the storyteller then approves again."""

    language = language_field(gettext_lazy("Language of the story"))
    title = line(gettext_lazy("Title"), length=120)
    text = story_field()

    def __init__(self, *args: Any, user: User, testimony: Testimony, **kwargs: Any) -> None:
        self.user = user
        texts = ["language", "title", "text"]
        super().__init__(*args, instance=testimony, texts=texts, **kwargs)

    def save(self) -> Testimony | None:
        """The testimony as it now is, or None when refused."""
        return self.attempt(
            services.revise, testimony=self.instance, by=self.user, **self.cleaned_data
        )


class ConsentForm(ServiceForm):
    """Who agreed to what, when, and in which language it was explained."""

    giver = forms.ChoiceField(
        label=gettext_lazy("Who agrees"),
        choices=capitalised(Giver.choices),
        widget=forms.RadioSelect,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Where it may be shown"),
        choices=capitalised(Channel.choices),
        initial=Channel.SITE,
        widget=forms.RadioSelect,
    )
    given_on = forms.DateField(label=gettext_lazy("Agreed on"), initial=today, widget=DayInput())
    expires_on = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Five years when left empty."),
    )
    language = language_field(gettext_lazy("Explained in"))
    text_version = line(
        gettext_lazy("Version of the consent text"), length=20, initial=services.TEXT_VERSION
    )

    def __init__(self, *args: Any, user: User, testimony: Testimony, **kwargs: Any) -> None:
        self.user, self.testimony = user, testimony
        kwargs["initial"] = {"language": testimony.language}
        super().__init__(*args, **kwargs)

    def save(self) -> TestimonyConsent | None:
        """The consent, or None when refused."""
        fields = {"testimony": self.testimony, **self.cleaned_data}
        return self.attempt(services.give_consent, by=self.user, **fields)


class StepForm(ServiceForm):
    """Asks once before a step; subclasses name the service."""

    service: Any

    def __init__(self, *args: Any, user: User, testimony: Testimony, **kwargs: Any) -> None:
        self.user, self.testimony = user, testimony
        super().__init__(*args, **kwargs)

    def save(self) -> Testimony | None:
        """The testimony after the step, or None when refused."""
        fields = {"testimony": self.testimony, **self.cleaned_data}
        return self.attempt(type(self).service, by=self.user, **fields)


class ApproveForm(StepForm):
    """The storyteller approved the final text."""

    save_label = gettext_lazy("Record the approval")
    service = services.approve

    on = forms.DateField(label=gettext_lazy("Approved on"), initial=today, widget=DayInput())


class PublishForm(StepForm):
    """On the site from now on."""

    save_label = gettext_lazy("Publish")
    service = services.publish


class WithdrawForm(StepForm):
    """Gone at once."""

    save_label = gettext_lazy("Withdraw")
    service = services.withdraw


class TakeBackForm(ServiceForm):
    """Asks once before a consent ends today."""

    save_label = gettext_lazy("Record it")

    def __init__(self, *args: Any, user: User, consent: TestimonyConsent, **kwargs: Any) -> None:
        self.user, self.consent = user, consent
        super().__init__(*args, **kwargs)

    def save(self) -> TestimonyConsent | None:
        """The consent that no longer holds, or None when refused."""
        return self.attempt(services.take_back_consent, consent=self.consent, by=self.user)
