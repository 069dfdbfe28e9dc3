"""What the tests of labels start from: decisions that only need their label."""

from datetime import date
from typing import Any

from model_bakery import baker

from accounts.models import User
from accounts.services import ensure_user, grant_role
from core.calendar import now
from core.translated import Translated
from labels.enums import PlanState
from labels.models import ActionPlan, Decision, Label, PlanTemplate, TemplatePoint
from labels.services.awards import award_label
from movements.models import Federation, Mandate, Movement
from programmes.models import Edition

TITLES = [
    ("Bekend in de buurt", "Connu dans le quartier", "Known in the neighbourhood"),
    ("Een warm onthaal", "Un accueil chaleureux", "A warm welcome"),
    (
        "Contact met ouders, ook thuis",
        "Contact avec les parents, aussi à la maison",
        "Contact with parents, also at home",
    ),
    ("Klare taal", "Un langage clair", "Clear language"),
    ("Betaalbaar voor iedereen", "Abordable pour tous", "Affordable for everyone"),
    ("Uniform en kampgerief", "Uniforme et matériel de camp", "Uniform and camp gear"),
    (
        "Eerst komen proberen, dan inschrijven",
        "Essayer d’abord, s’inscrire ensuite",
        "Try out first, then join",
    ),
    (
        "Iedereen kan mee, ook op kamp",
        "Tout le monde participe, au camp aussi",
        "Everyone can come along, to camp too",
    ),
    (
        "Een diverse leidingsploeg die bijleert",
        "Une équipe diverse qui continue d’apprendre",
        "A diverse team that keeps learning",
    ),
    ("Wij geven het door", "Nous passons le relais", "We pass it on"),
]


def make_edition(**values: Any) -> Edition:
    """The edition of the project sheet."""
    defaults = {
        "name": Translated(
            nl="Jeugdwerk voor Alleman", fr="Des mouvements pour tous", en="Youth work for all"
        ),
        "municipality": "Demostad",
        "starts_on": date(2021, 3, 1),
        "ends_on": date(2023, 2, 28),
        "contact_email": "label@demostad.example",
        "signatory": Translated(
            nl="schepen van Jeugd", fr="échevine de la Jeunesse", en="alderman for Youth"
        ),
    }
    return Edition.objects.create(**defaults | values)


def make_template() -> PlanTemplate:
    """The ten points as they are shipped."""
    published = date(2021, 3, 1)
    template = PlanTemplate.objects.create(version=1, name=Translated(nl="Tien punten"))
    texts = {"description": Translated(nl="…"), "guidance": Translated(nl="…")}
    TemplatePoint.objects.bulk_create(
        TemplatePoint(
            template=template,
            number=number,
            title=Translated(zip(("nl", "fr", "en"), titles, strict=True)),
            **texts,
        )
        for number, titles in enumerate(TITLES, start=1)
    )
    template.published_on = published
    template.save(update_fields=["published_on"])
    return template


def make_movement(name: str = "Demo Scouts Zonnebloem", **values: Any) -> Movement:
    """A movement of the one federation of these tests, unless told otherwise."""
    if "federation" not in values:
        words = Translated(nl="groep")
        defaults = {"group_word": words, "main_leader_word": words}
        name_of_federation = "Scouts en Gidsen Vlaanderen"
        values["federation"] = Federation.objects.get_or_create(
            name=name_of_federation, defaults=defaults
        )[0]
    return Movement.objects.create(
        **{"name": name, "municipality": "Demostad", "postcode": "9300"} | values
    )


def person(name: str, role: str = "") -> User:
    """Somebody with an account, and with a role when one is named."""
    email = f"{name.lower().replace(' ', '.')}@demostad.example"
    user = ensure_user(email=email, full_name=name)
    if role and role not in user.roles:
        grant_role(user=user, role=role, by=None, starts_on=date(2020, 1, 1))
        user = User.objects.get(pk=user.pk)
    return user


def leader_of(movement: Movement, name: str = "Lotte Leider", **values: Any) -> User:
    """Somebody with an account and a mandate in the movement."""
    user = person(name)
    days = {"starts_on": date(2020, 9, 1)}
    Mandate.objects.create(
        movement=movement, user=user, name=name, email=user.email, **days | values
    )
    return User.objects.get(pk=user.pk)


def decide(movement: Movement, day: date, **values: Any) -> Decision:
    """A confirmed decision on a plan with ten commitments; one edition and template for all."""
    plan = ActionPlan.objects.create(
        movement=movement,
        edition=Edition.objects.first() or make_edition(),
        template=PlanTemplate.objects.first() or make_template(),
        state=PlanState.AWARDED,
        submitted_at=now(),
    )
    for point in plan.template.points.all():
        plan.points.create(point=point, number=point.number, commitment=f"Doen: {point.number}")
    defaults = {
        "plan": plan,
        "outcome": "award",
        "reasons": "Een plan dat werkt.",
        "proposed_by": person("Karel Consulent"),
        "confirmed_by": person("Cora Coordinator"),
        "decided_on": day,
        "effective_on": day,
    }
    return Decision.objects.create(**defaults | values)


def award(movement: Movement | None = None, day: date = date(2022, 11, 14)) -> Label:
    """A label that was decided on and starts on a day."""
    decision = decide(movement or make_movement(), day)
    return award_label(decision=decision, starts_on=day, by=decision.confirmed_by)


def bare_label(starts_on: date, ends_on: date, number: str = "2022-001", **values: Any) -> Label:
    """A label without a plan of ten points behind it, for many at a time."""
    decision = values.pop("decision", None) or baker.make(
        Decision,
        outcome="award",
        decided_on=starts_on,
        confirmed_by=person("Cora Coordinator"),
        plan__edition=Edition.objects.first() or make_edition(),
    )
    return Label.objects.create(
        movement=decision.plan.movement,
        decision=decision,
        number=number,
        decided_on=starts_on,
        renewal_months=6,
        grace_months=3,
        starts_on=starts_on,
        ends_on=ends_on,
        effective_end=ends_on,
        frozen={"points": [{}] * 10},
        **values,
    )
