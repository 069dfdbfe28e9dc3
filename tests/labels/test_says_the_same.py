"""What an awarded label says everywhere, after everything around it was changed.

Papers and the page of their code say the same to the letter. The register, its data, the badge and
the page of the group know the group by its name of today, as people look for it; nothing else of
them differs.
"""

import json
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from core.calendar import today
from core.translated import Translated
from labels.certificates import certificate_html, poster_html
from labels.enums import PlanState
from labels.letter import letter_html
from labels.models import ActionPoint, Decision, Label, PublishedReason
from labels.services.templates import new_version, publish_template
from movements.services import rename_movement
from programmes.enums import LabelMode
from programmes.models import Edition
from tests.factories.labels import Group
from tests.labels.awarding import make_edition

pytestmark = pytest.mark.django_db

BEFORE, AFTER = "Demo Scouts Zonnebloem", "Scouts Anders"
LANGUAGES = ("nl", "fr", "en")


def awarded() -> Group:
    group = Group(BEFORE)
    group.write(1, commitment="Affiches in vier talen.")
    group.take_all(PlanState.AWARDED)
    label = group.movement.labels.get()
    reason = {"label": label, "text": "Jullie plan klopt.", "approved_by": group.leader}
    PublishedReason.objects.create(number=0, **reason)
    return group


def page(address: str, language: str) -> str:
    """What it says, without what surrounds each page of the site and when it was made."""
    answer = Client(headers={"accept-language": language}).get(address)
    assert answer.status_code == 200, address
    content = answer.content.decode()
    inside = re.search(r"<main.*</main>", content, re.DOTALL)
    if address.endswith(".json"):  # its head tells whose file it is, and when it was made
        return str(json.loads(content)["labels"])
    # the name of a badge is as wide as it is
    return re.sub(r' textLength="\d+"', "", inside[0] if inside else content)


def papers(label: Label, decision: Decision) -> dict[str, str]:
    verify = reverse("labels:verify", args=[label.code])
    return {
        f"{kind} {language}": said
        for language in LANGUAGES
        for kind, said in (
            ("certificate", certificate_html(label, language)),
            ("poster", poster_html(label, language)),
            ("letter", letter_html(decision, language)),
            ("page of the code", page(verify, language)),
        )
    }


def register(label: Label) -> dict[str, str]:
    own = [label.movement_id]
    addresses = [reverse(f"labels:{name}") for name in ("register", "open_json", "open_csv")]
    addresses += [reverse(f"labels:{name}", args=own) for name in ("movement", "badge")]
    return {f"{at} {language}": page(at, language) for at in addresses for language in LANGUAGES}


def change_everything(group: Group) -> None:
    """A new name, other words in a new version, another policy, another city and a later plan."""
    by, word = group.coordinator, Translated(nl="Anders", fr="Autre", en="Other")
    rename_movement(movement=group.movement, name=AFTER, on=today(), by=by)
    draft = new_version(template=group.plan.template, by=by)
    draft.points.update(title=word, description=word, guidance=word)
    publish_template(template=draft, by=by)
    ActionPoint.objects.filter(plan=group.plan).update(commitment="Iets anders.")
    policy = {"label_months": 3, "renewal_months": 1, "grace_months": 0}
    changed = {"municipality": "Andersstad", "name": word, "signatory": word} | policy
    Edition.objects.update(label_mode=LabelMode.ACHIEVEMENT, **changed)
    make_edition(**changed | {"starts_on": date(2029, 3, 1), "ends_on": date(2031, 2, 28)})


def test_papers_say_the_same_to_the_letter_whatever_is_changed() -> None:
    group = awarded()
    label = group.movement.labels.get()
    before = papers(label, group.decision)
    assert all(BEFORE in said for said in before.values())
    change_everything(group)
    after = papers(Label.objects.get(pk=label.pk), Decision.objects.get(pk=group.decision.pk))
    assert [which for which in before if before[which] != after[which]] == []


def test_the_register_changes_the_name_of_the_group_and_nothing_else() -> None:
    group = awarded()
    label = group.movement.labels.get()
    before = register(label)
    assert all(BEFORE in said for which, said in before.items() if "badge" not in which)
    change_everything(group)
    after = register(Label.objects.get(pk=label.pk))
    assert (
        "Jullie plan klopt." in after[reverse("labels:movement", args=[group.movement.pk]) + " nl"]
    )
    assert [w for w in before if before[w].replace(BEFORE, AFTER) != after[w]] == []
