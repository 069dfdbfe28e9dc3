"""Forms of the second factor. Codes and answers of passkeys are judged by allauth."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret, validate_totp_code
from allauth.mfa.webauthn.forms import (
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import complete_registration, parse_registration_response
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import add_app, add_passkey, use_up
from core.forms import ServiceForm

PAGE_OPEN = 60 * 60  # seconds for scanning the square and typing the code
# what a made-up answer of a passkey may be wrong in, beside what allauth looks for
MADE_UP = (LookupError, TypeError, ValueError, AttributeError, OverflowError, struct.error)
REFUSED = _("That did not work. Try it once more.")


@contextmanager
def judged_as_passkey() -> Iterator[None]:
    """Whatever is wrong with an answer is said in our words: allauth's are about codes."""
    try:
        yield
    except MADE_UP as error:
        raise ValidationError(REFUSED, code="refused") from error
    except ValidationError as error:
        if getattr(error, "code", None) != "incorrect_code":
            raise
        raise ValidationError(REFUSED, code="refused") from error


class CodeField(forms.CharField):
    """Six digits of an app."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "off"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)


class OnceForm:
    """A code of an app is right once."""

    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        """The code. Raises ValidationError for a wrong or used one, and after too many."""
        parent: Any = super()
        code: str = parent.clean_code()
        is_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_app and not use_up(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SignInCodeForm(OnceForm, AuthenticateForm):
    """A code of the app, or a recovery code, to sign in."""

    code = CodeField(label=_("Code"), help_text=_("Or type one of your recovery codes."))


class AgainCodeForm(OnceForm, ReauthenticateForm):
    """The same, by somebody who is signed in."""

    code = CodeField(label=_("Code"), help_text=_("Or type one of your recovery codes."))


class CredentialField(forms.JSONField):
    """What a passkey answers; written by our script."""

    widget = forms.HiddenInput
    default_error_messages = {"required": REFUSED, "invalid": REFUSED}
    MAX_LENGTH = 20_000

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing: an answer is good once, so the form does not repeat it."""

    def to_python(self, value: Any) -> Any:
        """A dictionary. Raises ValidationError for anything else."""
        try:
            found = super().to_python(value) if len(value or "") <= self.MAX_LENGTH else None
        except RecursionError:
            found = None
        if not isinstance(found, dict):
            raise ValidationError(REFUSED, code="refused")
        return found


class PasskeyAnswer:
    """Answers of passkeys are data from outside: whatever is wrong with one, it is just wrong."""

    def clean_credential(self) -> Authenticator:
        """The passkey that answered."""
        parent: Any = super()
        with judged_as_passkey():
            found: Authenticator = parent.clean_credential()
        return found


class SignInPasskeyForm(PasskeyAnswer, AuthenticateWebAuthnForm):
    """A passkey after the code by mail."""

    credential = CredentialField()


class AgainPasskeyForm(PasskeyAnswer, ReauthenticateWebAuthnForm):
    """A passkey of somebody who is signed in."""

    credential = CredentialField()


class PasskeyOnlyForm(PasskeyAnswer, LoginWebAuthnForm):
    """A passkey instead of a code by mail: it holds both, the device and its owner's finger."""

    credential = CredentialField()


class AppForm(ServiceForm):
    """Adds an app: the secret in the square, and a code that shows that the app has it.

    The secret travels with the page, sealed; nothing is kept before the code is right.
    """

    save_label = _("Go on")
    sealed = forms.CharField(widget=forms.HiddenInput)
    code = CodeField(label=_("Code in the app"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        self.secret = self._secret_sent() or generate_totp_secret()
        sealed = signing.dumps([user.pk, self.secret], salt="accounts.app")
        if self.is_bound:
            self.data = {**self.data.dict(), "sealed": sealed}  # type: ignore[attr-defined]
        self.initial["sealed"] = sealed

    def _secret_sent(self) -> str:
        """The secret of the page that was sent; empty when it is none of ours or too old."""
        try:
            sealed = self.data.get("sealed", "")
            number, secret = signing.loads(sealed, salt="accounts.app", max_age=PAGE_OPEN)
        except signing.BadSignature:
            return ""
        return str(secret) if number == self.user.pk else ""

    def clean_code(self) -> str:
        """The code. Raises ValidationError for a wrong one, and after too many."""
        clear_limit = check_rate_limit(self.user, error_key="rate_limited")
        code: str = self.cleaned_data["code"]
        if not validate_totp_code(self.secret, code) or not use_up(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        clear_limit()
        return code

    def save(self) -> Authenticator | None:
        """The app, or None when it was refused."""
        found: Authenticator | None = self.attempt(add_app, user=self.user, secret=self.secret)
        return found


class PasskeyForm(ServiceForm):
    """Adds a passkey; the script fills in what the device answers."""

    name = forms.CharField(
        label=_("Name"),
        max_length=40,
        help_text=_("So that you recognise it, for example: my phone."),
    )
    credential = CredentialField()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_credential(self) -> dict[str, Any]:
        """The answer, which belongs to our question and shows that the owner was there."""
        credential: dict[str, Any] = self.cleaned_data["credential"]
        with judged_as_passkey():
            parse_registration_response(credential)
            verified = complete_registration(credential).is_user_verified()
        if not verified:
            raise ValidationError(_("This passkey asks for no finger and no PIN. Use another."))
        return credential

    def save(self) -> Authenticator | None:
        """The passkey, or None when it was refused."""
        values = self.cleaned_data
        found: Authenticator | None = self.attempt(
            add_passkey, user=self.user, name=values["name"], credential=values["credential"]
        )
        return found
