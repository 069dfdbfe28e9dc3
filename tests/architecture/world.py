"""One small world, made by the services: somebody in each role, something of each kind.

The tests of this folder and of the browser walk through it; a test that changes it does so inside
its own transaction.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.access import holding
from accounts.enums import ADMIN_USERS, Role
from accounts.models import RoleGrant, User
from accounts.services import ensure_user, grant_role, renew_calendar_feed, update_user
from core import preferences
from core.calendar import add_months, last_day, now, pretend, today
from core.jobs import Job
from core.mailbox import Outcome as MailOutcome
from core.mailbox import ReceivedMail
from core.models import AccessLog, ActivityLog, OutboxMessage
from core.outbox import OutboxState
from core.tasks import note_beat
from core.translated import Translated
from handovers.enums import Outcome as Decided
from handovers.enums import Rung, Step, Why
from handovers.models import Handover, Reminder
from homevisits.enums import Outcome
from homevisits.models import HomeVisit
from homevisits.services import record_visit
from labels.enums import Grade, PlanAction, PlanState
from labels.models import (
    ActionPlan,
    CertificateBatch,
    Condition,
    Example,
    Label,
    LightCheck,
    PlanTemplate,
    TemplateMaterial,
)
from labels.services import assessment, plans
from labels.services.awards import pause_label
from labels.services.conditions import move_condition
from labels.services.materials import add_material
from labels.services.publication import publish_reasons
from labels.services.sharing import share_example
from labels.services.taking_over import start_taking_over
from labels.services.template_import import keep_file
from labels.services.templates import new_version, publish_template
from labels.template_file import write_template
from movements.enums import Function
from movements.models import (
    CoachAssignment,
    FormerName,
    HeadCount,
    Invitation,
    JoinRequest,
    Mandate,
    Movement,
    Pause,
    TeamLink,
)
from movements.selectors.counts import this_working_year
from movements.services import (
    ask_to_join,
    assign_coach,
    create_movement,
    end_mandate,
    invite,
    make_team_link,
    record_mandate,
    say,
)
from movements.services.counts import give_head_count
from movements.services.imports import ImportOptions, confirm_import, start_import
from movements.services.life import pause_movement
from movements.services.team_imports import start_team_import
from privacy.enums import RequestOutcome, Right
from privacy.models import RequestSubject, RetentionRun, SubjectRequest
from privacy.services import retention
from privacy.services.requests import (
    change_request,
    close_request,
    name_subjects,
    start_request,
)
from programmes.models import DataAgreement, Edition, Partner, Secondment
from programmes.services import (
    add_partner,
    create_edition,
    end_agreement,
    end_secondment,
    record_agreement,
    second_user,
)
from recruitment.enums import Confirmation, Stage
from recruitment.models import Child, Guidance, Household
from recruitment.services import add_child, open_guidance, open_household, record_stage
from testimonies.enums import Channel, Giver, StorytellerKind
from testimonies.models import Testimony, TestimonyConsent
from testimonies.services import approve, collect, give_consent, publish
from tests.factories.labels import default_template, picture_file
from tests.factories.movements import SCOUTS, federation, flemish_federations
from tests.support.proof import give_app

LIST = (
    "koepel;naam;nummer;postcode;gemeente\n{0};Scouts Eén;A1234G;9300;Aalst\n{0};Scouts Twee;;;\n"
)
LIST += "{0};Scouts Drie;X9999;9300;Aalst\n{0};District Vier;A1200D;9300;Aalst\n"
MISSING = 999_999_999

S = PlanState
STEPS_TO = {
    S.DRAFT: [],
    S.SUBMITTED: ["submit"],
    S.IN_DISCUSSION: ["submit", "discuss"],
    S.MORE_ASKED: ["submit", "discuss", "ask_more"],
    S.PROPOSED: ["submit", "discuss", "award"],
    S.AWARDED: ["submit", "discuss", "award", "confirm"],
    S.AWARDED_WITH_CONDITIONS: ["submit", "discuss", "award_with_conditions", "confirm"],
    S.NOT_YET: ["submit", "discuss", "decline", "confirm"],
}


@dataclass
class World:
    """Everybody by role, every group by the state of its plan, and one record of each kind."""

    people: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Movement] = field(default_factory=dict)
    edition: Edition = field(init=False)
    partner: Partner = field(init=False)
    agreement: DataAgreement = field(init=False)
    secondment: Secondment = field(init=False)
    template: PlanTemplate = field(init=False)
    draft_template: PlanTemplate = field(init=False)
    material: TemplateMaterial = field(init=False)
    draft_material: TemplateMaterial = field(init=False)
    template_job: Job = field(init=False)
    own: Movement = field(init=False)
    other: Movement = field(init=False)
    plan: ActionPlan = field(init=False)
    other_plan: ActionPlan = field(init=False)
    conditional: ActionPlan = field(init=False)
    condition: Condition = field(init=False)
    picture: Example = field(init=False)
    link: Example = field(init=False)
    other_picture: Example = field(init=False)
    label: Label = field(init=False)
    other_label: Label = field(init=False)
    mandate: Mandate = field(init=False)
    reminder: Reminder = field(init=False)
    handover: Handover = field(init=False)
    pause: Pause = field(init=False)
    former_name: FormerName = field(init=False)
    invitation: Invitation = field(init=False)
    token: str = ""
    team_link: TeamLink = field(init=False)
    link_token: str = ""
    join_request: JoinRequest = field(init=False)
    calendar: str = ""
    household: Household = field(init=False)
    foreign_household: Household = field(init=False)
    child: Child = field(init=False)
    guidance: Guidance = field(init=False)
    visit: HomeVisit = field(init=False)
    story: Testimony = field(init=False)
    unpublished: Testimony = field(init=False)
    foreign_testimony: Testimony = field(init=False)
    consent: TestimonyConsent = field(init=False)
    job: Job = field(init=False)
    done_job: Job = field(init=False)
    team_job: Job = field(init=False)
    head_count: HeadCount = field(init=False)
    mail: OutboxMessage = field(init=False)
    retention_run: RetentionRun = field(init=False)
    request: SubjectRequest = field(init=False)
    subject: RequestSubject = field(init=False)
    to_erase: RequestSubject = field(init=False)
    to_correct: RequestSubject = field(init=False)
    to_restrict: RequestSubject = field(init=False)

    def user(self, who: str) -> User:
        """Somebody, read anew: roles are read once for each object."""
        return User.objects.get(pk=self.people[who].pk)

    @property
    def grant(self) -> RoleGrant:
        return self.people["colleague"].grants.get()

    @property
    def received(self) -> ReceivedMail:
        return ReceivedMail.objects.get_or_create(digest="0", outcome=MailOutcome.NO_PLACE)[0]

    @property
    def fewer_mails(self) -> str:
        return preferences.token_for(self.people["leader"].key, "reminders")

    @property
    def factor(self) -> Authenticator:
        return Authenticator.objects.get(user=self.people["coordinator"], type="totp")

    @property
    def batch(self) -> CertificateBatch:
        """A batch whose file is ready."""
        made = {"state": "ready", "file": SimpleUploadedFile("batch.zip", b"PK"), "format": "zip"}
        asked_by = self.people["consultant"]
        return CertificateBatch.objects.get_or_create(asked_by=asked_by, defaults=made)[0]

    @property
    def check(self) -> LightCheck:
        """What a movement answered about its label."""
        fields = {"answered_at": now(), "answered_by": self.people["leader"]}
        of = {"label": self.label, "due_on": self.label.starts_on, "reason": "yearly"}
        return LightCheck.objects.get_or_create(**of, defaults=fields)[0]

    @property
    def label_job(self) -> Job:
        """A list of labels of an earlier edition."""
        by = self.people["coordinator"]
        csv = b"groep;nummer;beslist op;tot\nGroep;A-1;2018-11-14;2021-11-13\n"
        found = Job.objects.filter(kind="labels", owner=by.key).first()
        return found or start_taking_over(data=csv, filename="labels.csv", by=by)

    @property
    def look_alike(self) -> Mandate:
        """Somebody of another movement."""
        return self.other.mandates.earliest("pk")

    @property
    def coach(self) -> CoachAssignment:
        return self.own.coaches.get()

    @property
    def activity(self) -> ActivityLog:
        return ActivityLog.objects.latest("pk")

    @property
    def access(self) -> AccessLog:
        return AccessLog.objects.latest("pk")


def build() -> World:
    """Make the world."""
    flemish_federations()
    world = World()
    world.template = default_template()
    start = add_months(today().replace(day=1), -33)
    with pretend(start):
        world.edition = create_edition(
            name={"nl": "Jeugdwerk", "fr": "Jeunesse", "en": "Youth work"},
            municipality="Demostad",
            starts_on=start,
            ends_on=last_day(start, 48),
            contact_email="jeugd@demo.example",
            signatory={"nl": "de schepen", "fr": "l’échevin", "en": "the alderman"},
            by=None,
        )
        _staff(world)
        _seconded(world)
        _groups(world)
        _first_label(world)
    # in each working year since then somebody said that they go on
    Mandate.objects.update(confirmed_on=today())
    _plans(world)
    _families(world)
    _stories(world)
    _requests(world)
    _rest(world)
    note_beat()
    _what_is_due(world)
    for user in User.objects.filter(holding(*ADMIN_USERS)):
        give_app(user)
    return world


@contextmanager
def days_ago(days: int) -> Iterator[date]:
    day = today() - timedelta(days=days)
    with pretend(day):
        yield day


def _staff(world: World) -> None:
    roles = {
        "coordinator": Role.COORDINATOR,
        "second_coordinator": Role.COORDINATOR,
        "consultant": Role.CONSULTANT,
        "backup": Role.CONSULTANT,
        "colleague": Role.CONSULTANT,
        "alderman": Role.ALDERMAN,
        "privacy_officer": Role.PRIVACY_OFFICER,
        "inactive": Role.CONSULTANT,
        "nobody": None,
    }
    for name, role in roles.items():
        email = f"{name.replace('_', '.')}@demo.example"
        user = ensure_user(email=email, full_name=name.replace("_", " ").title())
        world.people[name] = user
        if role:
            grant_role(user=user, role=role, by=None)
    inactive = world.people["inactive"]
    update_user(
        user=inactive,
        full_name=inactive.full_name,
        language="nl",
        is_active=False,
        by=world.user("coordinator"),
    )


def _seconded(world: World) -> None:
    """Three people of partners: one at work, one whose time is over, one without an agreement."""
    coordinator = world.user("coordinator")
    world.partner, left = (add_partner(name=name, by=coordinator) for name in ("Huis", "Vertrek"))
    world.agreement, over = (
        record_agreement(partner=partner, reference="DPA 7", signed_on=today(), by=coordinator)
        for partner in (world.partner, left)
    )
    world.secondment = second(world, world.partner, "seconded")
    end_secondment(secondment=second(world, world.partner, "secondment_over"), by=coordinator)
    second(world, left, "agreement_ended")
    end_agreement(agreement=over, by=coordinator)


def second(world: World, partner: Partner, who: str) -> Secondment:
    """Somebody of a partner who comes to work in the team."""
    secondment = second_user(
        partner=partner,
        email=f"{who.replace('_', '.')}@demo.example",
        full_name=who.replace("_", " ").title(),
        by=world.user("coordinator"),
    )
    world.people[who] = secondment.user
    return secondment


def group(world: World, name: str, leader: str) -> Movement:
    """A movement with one main leader who has an account, and a coach."""
    movement = create_movement(
        federation=federation(SCOUTS),
        name=name,
        postcode="9300",
        municipality="Demostad",
        by=world.user("coordinator"),
    )
    assign_coach(movement=movement, user=world.user("consultant"), by=world.user("coordinator"))
    lead(world, movement, leader)
    return movement


def lead(world: World, movement: Movement, who: str, **days: date) -> Mandate:
    """A mandate in a movement for somebody who was invited."""
    mandate = record_mandate(
        movement=movement,
        name=who.replace("_", " ").title(),
        email=f"{who.replace('_', '.')}@demo.example",
        function=Function.MAIN_LEADER,
        by=world.user("consultant"),
        **{"starts_on": today(), **days},
    )
    invitation = invite(mandate=mandate, by=world.user("consultant"))
    mandate = invitation.mandate
    world.people[who] = mandate.user
    return mandate


def _groups(world: World) -> None:
    world.own = group(world, "Scouts Zonnebloem", "leader")
    world.other = group(world, "Chiro De Vlieger", "other_leader")
    world.groups = {"": group(world, "KSA Zonder Plan", "leader_without_plan")}
    for state in STEPS_TO:
        name = f"Groep {state.label.title()}"
        world.groups[state] = group(world, name, f"leader_{state}")


def _first_label(world: World) -> None:
    """A label that can be renewed by now."""
    plan = written(world, world.own, "leader")
    label = take(world, plan, "leader", *STEPS_TO[S.AWARDED])
    assert label is not None
    world.label = label
    publish_reasons(label=label, by=world.user("leader"), numbers=[0, 1])


def written(world: World, movement: Movement, leader: str, points: int = 10) -> ActionPlan:
    """A plan with text in its first points."""
    plan = plans.open_plan(movement=movement, by=world.user(leader))
    for point in plan.points.filter(number__lte=points):
        plans.save_point(
            point=point,
            by=world.user(leader),
            version=point.version,
            commitment="Wij gaan bij nieuwe ouders langs, ook thuis.",
            progress="Al drie keer gedaan." if point.number % 2 else "",
            is_done=point.number == 1,
        )
    return plan


def take(world: World, plan: ActionPlan, leader: str, *steps: str) -> Label | None:
    """Take a plan further, each step by the right person; the label when it is awarded."""
    consultant, coordinator = world.user("consultant"), world.user("coordinator")
    label = None
    for step in steps:
        plan.refresh_from_db()
        if step == "submit":
            plans.submit_plan(plan=plan, by=world.user(leader), message="Hier is ons plan.")
        elif step == "discuss":
            assessment.start_discussion(plan=plan, by=consultant)
            for point in plan.points.all():
                assessment.grade_point(
                    point=point, by=consultant, grade=Grade.ON_THE_WAY, reason="Goed begin."
                )
        elif step == "ask_more":
            answer_by = today() + timedelta(days=21)
            assessment.ask_more(
                plan=plan, by=consultant, message="Wat doen jullie op kamp?", answer_by=answer_by
            )
        elif step == "confirm":
            label = assessment.confirm(decision=plan.decisions.latest("id"), by=coordinator)
        else:
            agreed = [("In mei kijken we samen.", today() + timedelta(days=180))]
            conditions = agreed if step == "award_with_conditions" else []
            assessment.propose(
                plan=plan,
                by=consultant,
                outcome=PlanAction(step),
                reasons="Een plan dat werkt.",
                conditions=conditions,
                guidance="Praat met de ouders." if step == "decline" else "",
            )
    plan.refresh_from_db()
    return label


def _plans(world: World) -> None:
    for state, steps in STEPS_TO.items():
        with days_ago(20):
            plan = written(world, world.groups[state], f"leader_{state}")
            label = take(world, plan, f"leader_{state}", *steps)
        if state == S.AWARDED_WITH_CONDITIONS:
            assert label is not None
            world.conditional = plan
            world.condition = move_condition(
                condition=plan.decisions.get().due_conditions.get(),
                by=world.user("consultant"),
                due_on=today() + timedelta(days=200),
                note="Na het kamp.",
            )
            pause_label(label=label, by=world.user("coordinator"), reason="De groep rust even.")
    with days_ago(10):
        world.other_plan = written(world, world.other, "other_leader")
        point = world.other_plan.points.get(number=1)
        leader = world.user("other_leader")
        world.other_picture = plans.add_picture(
            point=point, by=leader, caption="Onze lokalen", file=picture_file()
        )
        share_example(example=world.other_picture, by=leader, is_shared=True)
        label = take(world, world.other_plan, "other_leader", *STEPS_TO[S.AWARDED])
    assert label is not None
    world.other_label = label
    _own_plan(world)


def _own_plan(world: World) -> None:
    """The new round of the group with a label: a draft with a picture and a link."""
    with days_ago(5):
        world.plan = written(world, world.own, "leader", points=3)
        point, leader = world.plan.points.get(number=1), world.user("leader")
        world.picture = plans.add_picture(
            point=point, by=leader, caption="Ons speelplein", file=picture_file()
        )
        world.link = plans.add_link(
            point=point, by=leader, caption="Onze site", url="https://groep.example/"
        )


def _families(world: World) -> None:
    owner = world.user("consultant")
    with days_ago(60):
        world.household = open_household(
            family_name="El Idrissi",
            guardian_name="Fatima El Idrissi",
            phone="0400 00 00 00",
            address="Lindelaan 1",
            language="Arabisch",
            notes="Belt liefst in de namiddag.",
            backup=world.user("backup"),
            by=owner,
        )
        world.child = add_child(
            household=world.household, first_name="Amina", birth_year=2014, by=owner
        )
        world.guidance = open_guidance(child=world.child, by=owner, movement=world.own)
        record_stage(guidance=world.guidance, stage=Stage.INTAKE, by=owner)
        brother = add_child(
            household=world.household, first_name="Bilal", birth_year=2012, by=owner
        )
        path = open_guidance(child=brother, by=owner, movement=world.own)
        record_stage(guidance=path, stage=Stage.MEMBER, by=owner, confirmation=Confirmation.FAMILY)
        world.foreign_household = open_household(family_name="Kaya", by=world.user("colleague"))
        add_child(
            household=world.foreign_household,
            first_name="Leyla",
            birth_year=2013,
            by=world.user("colleague"),
        )
    with days_ago(20) as day:
        world.visit = record_visit(
            household=world.household,
            on=day,
            outcome=Outcome.CONVERSATION,
            by=owner,
            visitors=[owner],
            next_steps="Inschrijving voor het kamp.",
            follow_up_on=day + timedelta(days=14),
        )


def _stories(world: World) -> None:
    by = world.user("consultant")
    with days_ago(15):
        world.story = told(world, "Een plek in de groep")
        world.consent = give_consent(
            testimony=world.story,
            giver=Giver.STORYTELLER,
            channel=Channel.SITE,
            given_on=today(),
            by=by,
            text_version="1",
            language="nl",
        )
        approve(testimony=world.story, by=by)
        publish(testimony=world.story, by=by)
        world.unpublished = told(world, "Nog niet klaar")
        world.foreign_testimony = told(world, "Van een collega", by="colleague")


def told(world: World, title: str, by: str = "consultant") -> Testimony:
    """What a parent told."""
    return collect(
        name="Fatima Bensaïd",
        alias="Nour",
        kind=StorytellerKind.PARENT,
        title=title,
        text="Mijn dochter lacht weer op zaterdag.",
        contact="0400 11 11 11",
        by=world.user(by),
    )


def _requests(world: World) -> None:
    """A family asks what is kept about it, and a storyteller; a third request was answered."""
    officer = world.user("privacy_officer")
    asked = {
        days: start_request(
            right=Right.ACCESS, received_on=today() - timedelta(days=days), by=officer
        )
        for days in (3, 25, 40)
    }
    close_request(request=asked[40], outcome=RequestOutcome.UNKNOWN, by=officer)
    name_subjects(
        request=asked[25],
        people=[("testimonies.storyteller", world.story.storyteller_id)],
        by=officer,
    )
    world.request = change_request(
        request=asked[3],
        version=0,
        identity_checked=True,
        due_on=asked[3].due_on,
        note="Vroeg het aan de deur.",
        by=officer,
    )
    people = [("recruitment.household", world.household.pk), ("recruitment.child", world.child.pk)]
    world.subject, _child = name_subjects(request=world.request, people=people, by=officer)
    world.to_erase = _asks(world, Right.ERASURE)
    world.to_correct = _asks(world, Right.CORRECTION)
    world.to_restrict = _asks(world, Right.RESTRICTION)


def _asks(world: World, right: Right) -> RequestSubject:
    """Who told a story asks for something; we know that it is that person."""
    officer = world.user("privacy_officer")
    asked = start_request(right=right, by=officer, identity_checked=True)
    people = [("testimonies.storyteller", world.unpublished.storyteller_id)]
    return name_subjects(request=asked, people=people, by=officer)[0]


def _rest(world: World) -> None:
    coordinator = world.user("coordinator")
    over = lead(world, world.own, "ended_leader", starts_on=today() - timedelta(days=400))
    end_mandate(mandate=over, by=coordinator)
    lead(world, world.own, "future_leader", starts_on=today() + timedelta(days=40))
    lead(world, world.own, "minor_leader", turns_18_on=today() + timedelta(days=400))
    long_ago = {"starts_on": today() - timedelta(days=90), "ends_on": today() - timedelta(days=80)}
    world.pause = pause_movement(movement=world.own, by=coordinator, **long_ago)
    world.head_count = give_head_count(
        movement=world.own,
        working_year=this_working_year() - 1,
        members=80,
        leaders=12,
        estimate=9,
        by=world.user("consultant"),
    )
    world.former_name = FormerName.objects.create(
        movement=world.own, name="Demo Scouts Vroeger", until=long_ago["starts_on"]
    )
    world.mandate = lead(world, world.own, "new_leader", ends_on=today() + timedelta(days=50))
    world.reminder = Reminder.objects.create(
        movement=world.own,
        step=Step.WELCOME,
        cycle=today().isoformat(),
        rung=Rung.TEAM,
        recipient=world.mandate.key,
        due_on=today(),
        decided_on=today(),
        outcome=Decided.QUEUED,
        why=Why.NEW_TEAM,
    )
    for movement, who in ((world.own, "leader"), (world.other, "other_leader")):
        say(movement=movement, text="Mogen wij eens komen kijken?", by=world.user(who))
    world.handover = Handover.objects.create(
        movement=world.own, rotation_on=today() - timedelta(days=20)
    )
    world.invitation = world.mandate.invitations.get()
    world.mail = OutboxMessage.objects.get(kind="invitation", object_id=world.invitation.pk)
    world.token = json.loads(world.mail.payload)["token"]
    world.team_link, world.link_token = make_team_link(
        movement=world.own, starts_on=today() + timedelta(days=40), by=world.user("leader")
    )
    ask_to_join(token=world.link_token, name="Wie Vraagt", email="wie.vraagt@demo.example")
    world.join_request = world.team_link.requests.get()
    world.calendar = renew_calendar_feed(user=world.user("leader"))
    _settle_mails(world)
    options = ImportOptions()
    data = LIST.format(SCOUTS).encode()
    world.job = start_import(data=data, filename="lijst.csv", options=options, by=coordinator)
    world.done_job = start_import(data=data, filename="oud.csv", options=options, by=coordinator)
    confirm_import(job=world.done_job, by=coordinator)
    world.team_job = start_team_import(
        data=b"groep;naam;e-mail\nScouts Zonnebloem;An Nieuw;an.nieuw@demo.example\n",
        filename="ploegen.csv",
        starts_on=today(),
        movement=None,
        by=world.user("consultant"),
    )
    _templates(world)
    AccessLog.objects.create(
        actor=coordinator.key, verb="viewed", object_type="recruitment.household", object_id="1"
    )


def _templates(world: World) -> None:
    """A published version with something to download, a draft of the next, a file to take over."""
    coordinator = world.user("coordinator")
    published = new_version(template=world.template, by=coordinator)
    world.material = add_material(
        point=published.points.get(number=1),
        title=Translated(nl="Affiche om zelf te maken"),
        file=ContentFile(b"%PDF-1.7", name="affiche.pdf"),
        by=coordinator,
    )
    publish_template(template=published, by=coordinator)
    world.draft_template = new_version(template=published, by=coordinator)
    world.draft_material = TemplateMaterial.objects.get(point__template=world.draft_template)
    data = write_template(published)
    world.template_job = keep_file(data=data, file_name="punten.json", by=coordinator)


def _what_is_due(world: World) -> None:
    """A family that was kept for longer than its period, on a list that waits for approval."""
    key, officer = "recruitment.no_intake", world.user("privacy_officer")
    with days_ago(3):
        retention.set_policy(key=key, months=1, reason="Voor de proef.", by=officer)
        retention.list_due(key=key, by=officer)
    with days_ago(2):
        world.retention_run = retention.list_due(key=key, by=officer)


def _settle_mails(world: World) -> None:
    """Mails went out; one was not taken by the server of its address; the newest one waits."""
    older = OutboxMessage.objects.exclude(pk=world.mail.pk)
    older.update(state=OutboxState.SENT, settled_at=now(), payload="")
    refused = older.filter(kind="invitation").latest("pk")
    refused.state, refused.error = OutboxState.REFUSED, "550"
    refused.save(update_fields=["state", "error"])
