"""Rows straight into the tables: what the figures count, without the services that make it."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from accounts.models import RoleGrant, User
from core.translated import Translated
from homevisits.enums import Outcome, Place
from homevisits.models import HomeVisit
from labels.models import ActionPlan, Decision, Label, LabelEvent, PlanTemplate
from movements.models import Federation, Movement
from programmes.models import Edition
from recruitment.models import Child, Guidance, GuidanceStep, Household
from testimonies.models import Storyteller, Testimony, TestimonyConsent

LONG_AGO = date(2015, 1, 1)
_numbers = count(1)


def user_with(*roles: str) -> User:
    """Somebody who holds these roles."""
    number = next(_numbers)
    user = User.objects.create(email=f"k{number}@demostad.example", full_name=f"Kim {number}")
    for role in roles:
        RoleGrant.objects.create(user=user, role=role, starts_on=LONG_AGO)
    return user


@dataclass
class City:
    """A city in which things happened."""

    edition: Edition
    staff: User = field(default_factory=user_with)
    other: User = field(default_factory=user_with)
    federation: Federation = field(
        default_factory=lambda: Federation.objects.get_or_create(
            name="Koepel",
            defaults={"group_word": {"nl": "groep"}, "main_leader_word": {"nl": "leiding"}},
        )[0]
    )

    def movement(self, **values: Any) -> Movement:
        name = f"Demo groep {next(_numbers)}"
        return Movement.objects.create(federation=self.federation, name=name, **values)

    def household(self) -> Household:
        return Household.objects.create(family_name="Familie", owner=self.staff)

    def child(self) -> Child:
        return Child.objects.create(household=self.household(), first_name="Kind", birth_year=2012)

    def step(self, child: Child, stage: str, on: date, **values: Any) -> GuidanceStep:
        """A guidance of its own for each step: a child may have several, with any movement."""
        movement = values.pop("movement", None) or self.movement()
        guidance = Guidance.objects.create(
            child=child, movement=movement, stage=stage, opened_on=on, **values
        )
        return GuidanceStep.objects.create(
            guidance=guidance,
            stage=stage,
            on=on,
            confirmation="movement" if stage == "member" else "",
            reason="time" if stage == "stopped" else "",
            by=self.staff,
        )

    def member(self, on: date, child: Child | None = None, **values: Any) -> GuidanceStep:
        return self.step(child or self.child(), "member", on, **values)

    def visit(
        self,
        on: date,
        household: Household | None = None,
        outcome: str = Outcome.CONVERSATION,
        place: str = Place.HOME,
    ) -> HomeVisit:
        return HomeVisit.objects.create(
            household=household or self.household(),
            on=on,
            outcome=outcome,
            place=place,
            recorded_by=self.staff,
        )

    def story(self, published: date | None, withdrawn: date | None = None) -> Testimony:
        """Collected only when it was not published; by a grown-up who agreed on that day."""
        state = "withdrawn" if withdrawn else "published" if published else "collected"
        teller = Storyteller.objects.create(name="Iemand", alias="Sam", kind="parent")
        story = Testimony.objects.create(
            storyteller=teller,
            collected_by=self.staff,
            title="" if withdrawn else "Titel",
            text=None if withdrawn else "Tekst",
            state=state,
            approved_on=published,
            first_published_on=published,
            withdrawn_on=withdrawn,
        )
        if published:
            self.consent(story, published)
        return story

    def consent(self, story: Testimony, given_on: date, days: int = 2000) -> None:
        TestimonyConsent.objects.create(
            testimony=story,
            channel="site",
            giver="storyteller",
            given_on=given_on,
            expires_on=given_on + timedelta(days=days),
            text_version="1",
            language="nl",
            explained_by=self.staff.key,
        )

    def plan(self, movement: Movement, submitted: bool = True, **values: Any) -> ActionPlan:
        moment = f"{self.edition.starts_on}T12:00:00Z" if submitted else None
        state = {"state": "awarded"} if submitted else {}
        return ActionPlan.objects.create(
            movement=movement,
            edition=self.edition,
            template=template(),
            submitted_at=moment,
            **state | values,
        )

    def label(
        self,
        starts_on: date,
        ends_on: date,
        events: tuple[tuple[str, date], ...] = (),
        movement: Movement | None = None,
        previous: Label | None = None,
        decided_on: date | None = None,
    ) -> Label:
        """A label and what happened to it; a final event makes the day before its last valid."""
        movement = movement or self.movement()
        decision = Decision.objects.create(
            plan=self.plan(movement),
            outcome="award",
            reasons="Goed",
            proposed_by=self.staff,
            confirmed_by=self.other,
            decided_on=decided_on or starts_on,
            effective_on=starts_on,
        )
        final = [day for kind, day in events if kind in ("withdrawn", "given_back", "merged")]
        label = Label.objects.create(
            movement=movement,
            decision=decision,
            previous=previous,
            number=f"D-{next(_numbers)}",
            decided_on=decided_on or starts_on,
            renewal_months=6,
            grace_months=3,
            starts_on=starts_on,
            ends_on=ends_on,
            effective_end=min([ends_on, *(day - timedelta(days=1) for day in final)]),
            frozen={"points": []},
        )
        for kind, day in events:
            LabelEvent.objects.create(label=label, kind=kind, on=day, reason="Zo", by=self.staff)
        return label


def template() -> PlanTemplate:
    """The template that is there, with its ten points."""
    found = PlanTemplate.objects.order_by("version").first()
    return found or add_template(1)


def add_template(version: int, published: bool = True, word: str = "Punt") -> PlanTemplate:
    """A template whose points are called after `word`."""
    made = PlanTemplate.objects.create(version=version, name=Translated(nl="Tien punten"))
    for number in range(1, 11):
        made.points.create(number=number, title=Translated(nl=f"{word} {number}"))
    if published:
        made.published_on = LONG_AGO
        made.save(update_fields=["published_on"])
    return made
