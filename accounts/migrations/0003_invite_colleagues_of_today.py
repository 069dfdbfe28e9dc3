"""Whoever works here today may set up a second factor in the coming 14 days.

Without it nobody could: a first one takes an invitation, and those are new. No mail goes out; the
page after signing in says what to do.
"""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

NEED_A_SECOND_FACTOR = ["coordinator", "consultant", "privacy_officer"]


def invite(apps, schema_editor):
    moment = timezone.now()
    grants = apps.get_model("accounts", "RoleGrant").objects.filter(
        role__in=NEED_A_SECOND_FACTOR, ended_at__isnull=True, user__is_active=True
    )
    invitation = apps.get_model("accounts", "StaffInvitation")
    invitation.objects.bulk_create(
        invitation(user_id=number, created_at=moment, expires_at=moment + timedelta(days=14))
        for number in sorted(set(grants.values_list("user_id", flat=True)))
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_staff_invitations")]

    operations = [migrations.RunPython(invite, migrations.RunPython.noop)]
