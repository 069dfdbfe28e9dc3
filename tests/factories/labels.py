"""Plans in every state, made by the services that make them in real life."""

from datetime import date, timedelta
from importlib import import_module
from io import BytesIO
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from core.calendar import today
from labels.enums import PlanAction, PlanState
from labels.models import ActionPlan, Decision, PlanTemplate
from labels.services import assessment, plans
from movements.models import CoachAssignment, Movement
from programmes.models import Edition
from tests.labels.awarding import leader_of, make_edition, make_movement, person

S = PlanState
ROUTES: dict[PlanState, tuple[str, ...]] = {
    S.DRAFT: (),
    S.SUBMITTED: ("submit",),
    S.IN_DISCUSSION: ("submit", "discuss"),
    S.MORE_ASKED: ("submit", "discuss", "ask_more"),
    S.PROPOSED: ("submit", "discuss", "award"),
    S.AWARDED: ("submit", "discuss", "award", "confirm"),
    S.AWARDED_WITH_CONDITIONS: ("submit", "discuss", "award_with_conditions", "confirm"),
    S.NOT_YET: ("submit", "discuss", "decline", "confirm"),
}


def condition(day: date) -> tuple[str, date]:
    """What an award with conditions of these tests asks, and by when."""
    return "In mei kijken we samen.", day + timedelta(days=180)


def default_template() -> PlanTemplate:
    """The ten points that ship; made again where a flush took them away."""
    if not PlanTemplate.objects.exists():
        import_module("labels.migrations.0002_default_template").make_template(apps)
    return PlanTemplate.objects.get(version=1)


def coordinator(name: str = "Cora Coordinator") -> User:
    return person(name, "coordinator")


def consultant(name: str = "Karel Consulent") -> User:
    return person(name, "consultant")


def coach(movement: Movement, user: User) -> CoachAssignment:
    return CoachAssignment.objects.create(
        movement=movement, user=user, starts_on=today() - timedelta(days=30)
    )


class Group:
    """A movement with its leader and a plan, and the people who assess it."""

    def __init__(self, name: str = "Demo Scouts Zonnebloem", *, state: PlanState = S.DRAFT) -> None:
        default_template()
        if not Edition.objects.exists():
            make_edition(ends_on=date(2029, 2, 28))
        self.movement = make_movement(name)
        self.leader = leader_of(self.movement, f"Lotte van {name}")
        self.consultant, self.coordinator = consultant(), coordinator()
        self.plan: ActionPlan = plans.open_plan(movement=self.movement, by=self.leader)
        self.take_all(state)

    def take_all(self, state: PlanState) -> None:
        """From the draft to a state, as the right persons would."""
        for step in ROUTES[state]:
            self.take(step)

    @property
    def decision(self) -> Decision:
        return self.plan.decisions.latest("id")

    def take(self, step: str) -> Any:
        """One step as the right person would take it."""
        taken = {
            "submit": lambda: plans.submit_plan(plan=self.plan, by=self.leader),
            "discuss": lambda: assessment.start_discussion(plan=self.plan, by=self.consultant),
            "ask_more": self._ask_more,
            "award": lambda: self.propose(PlanAction.AWARD),
            "award_with_conditions": lambda: self.propose(PlanAction.AWARD_WITH_CONDITIONS),
            "decline": lambda: self.propose(PlanAction.DECLINE),
            "confirm": lambda: assessment.confirm(decision=self.decision, by=self.coordinator),
        }[step]()
        self.plan.refresh_from_db()
        return taken

    def _ask_more(self) -> Any:
        return assessment.ask_more(
            plan=self.plan,
            by=self.consultant,
            message="Wat doen jullie op kamp?",
            answer_by=today() + timedelta(days=14),
        )

    def propose(self, outcome: str, by: User | None = None) -> Decision:
        conditional = outcome == "award_with_conditions"
        conditions = [condition(today())] if conditional else []
        return assessment.propose(
            plan=self.plan,
            by=by or self.consultant,
            outcome=outcome,
            reasons="Jullie plan klopt.",
            conditions=conditions,
            guidance="Praat met de ouders." if outcome == "decline" else "",
        )

    def write(self, number: int = 1, **values: Any) -> Any:
        """Text on a point, as the leader would save it."""
        point = self.plan.points.get(number=number)
        texts = {"commitment": "Wij hangen affiches op.", "progress": "", "is_done": False}
        return plans.save_point(
            point=point, by=self.leader, **{"version": point.version, **texts, **values}
        )


def picture_file(name: str = "foto.jpg", kind: str = "JPEG", size: Any = (60, 40)) -> Any:
    """A real small picture, as a phone would send it."""
    target = BytesIO()
    Image.new("RGB", size, "#ffc53d").save(target, kind)
    return SimpleUploadedFile(name, target.getvalue(), content_type="image/jpeg")
