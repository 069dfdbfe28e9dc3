"""What other packages put into the web admin and nobody works with here."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group

# Roles are dated grants and mandates, never groups; the address stands on the account.
admin.site.unregister([Group, EmailAddress, Authenticator])
