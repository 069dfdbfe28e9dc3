"""Tables of other packages have a name of our own, in the reader's language."""

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.utils.translation import override

from core import naming
from core.messages import kind_label, kinds
from privacy.log_words import field_labels
from privacy.log_words import kind_label as record_label


def test_a_table_of_another_package_has_our_name() -> None:
    with override("en"):
        assert naming.one_of(Authenticator) == "second factor"
        assert naming.many_of(Authenticator) == "second factors"
        assert record_label("mfa.authenticator") == "second factor"
        assert field_labels("mfa.authenticator", ["type", "last_used_at"]) == "kind, used last"
        assert naming.one_of(Session) == "session"


def test_a_column_without_a_name_is_not_for_people() -> None:
    columns = {column.name: column for column in Authenticator._meta.get_fields()}
    assert naming.is_for_people(columns["created_at"])
    assert not naming.is_for_people(columns["data"])


def test_every_kind_of_mail_has_a_name() -> None:
    assert [kind for kind in kinds() if kind_label(kind) == kind] == []
