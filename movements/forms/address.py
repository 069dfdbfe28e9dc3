"""Forms with which a leader takes another e-mail address: which one, and the code from there."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import ServiceForm
from movements.services.address import send_address_code


class AddressForm(ServiceForm):
    """The new address."""

    save_label = _("Mail me a code")
    email = forms.EmailField(
        label=_("Your new e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def save(self, by: User) -> Any:
        """The code that is on its way; None when it is refused."""
        return self.attempt(send_address_code, by=by, email=self.cleaned_data["email"])


class AddressCodeForm(ServiceForm):
    """The code from the mail."""

    save_label = _("Use this address")
    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )
