"""Fields that hold nothing about a person, written by hand, each group with its reason.

A field is either here or in the register of personal data (the `personal.py` of its app). Numbers
of rows and yes-or-no fields need no entry.
"""

# what the line says of each of its fields holds for that model
IMPERSONAL: dict[str, tuple[str, str]] = {
    # other packages; their tables hold nothing here, and a test keeps it so
    "admin.logentry": (
        "stays empty: services write our own logs",
        "action_time user content_type object_id object_repr action_flag change_message",
    ),
    "auth.permission": ("names of kinds of permission, not used", "name content_type codename"),
    "auth.group": ("stays empty: roles are dated grants", "name permissions"),
    "contenttypes.contenttype": ("names of tables", "app_label model"),
    "account.emailaddress": ("stays empty: the address stands on the account", "user email"),
    "account.emailconfirmation": (
        "stays empty: codes are kept in the session",
        "email_address created sent key",
    ),
    "accounts.calendarfeed": ("a digest that nobody can turn into the address", "token_digest"),
    # mechanisms
    "core.job": ("what kind of work and how far; counts", "kind options result state created_at"),
    "core.activitylog": (
        "which record changed and how, without any value; who did it stands in the register",
        "at verb object_type object_id fields state",
    ),
    "core.accesslog": (
        "which record was opened; who did it stands in the register",
        "at verb object_type object_id",
    ),
    "core.logretention": ("up to which day rows of a log may go", "log before at"),
    "core.outboxmessage": (
        "which kind of mail about which record, and how far it is",
        "kind object_id step language state due_at claimed_at attempts settled_at error "
        "created_at reported_at",
    ),
    "core.receivedmail": (
        "a digest that tells one mail from the next, and what became of it",
        "digest outcome at",
    ),
    "core.restriction": (
        "which record is set aside, by number; says nothing once that record is emptied",
        "model object_id since lifted_at",
    ),
    "core.tombstone": ("which record was erased, by number", "model object_id at"),
    # the programme: decided by the city, public
    "programmes.edition": (
        "names, period and policy",
        "name municipality starts_on ends_on label_mode label_months renewal_months grace_months",
    ),
    "programmes.quietperiod": (
        "days of the year",
        "edition reason first_month first_day last_month last_day",
    ),
    "programmes.target": (
        "a number and why the city chose it",
        "edition indicator value valid_from reason",
    ),
    "programmes.plannedvalue": ("a number", "edition indicator on value"),
    "handovers.reminder": (
        "where, and when it fell due; to whom and why stands in the register",
        "movement cycle rung due_on at",
    ),
    "handovers.handover": (
        "where and when a team changed; who wrote and signed stands in rows of their own",
        "movement rotation_on opened_at",
    ),
    "handovers.handovernote": (
        "of which handover, and how often it was changed",
        "handover version",
    ),
    "handovers.handoversignature": ("of which handover", "handover"),
    # requests of people about their data
    "privacy.subjectrequest": (
        "what is asked and how far it is; whom it is about are numbers that empty with the record",
        "right received_on due_on outcome closed_on version",
    ),
    "privacy.requestsubject": ("numbers of records", "request model object_id"),
    "privacy.retentionpolicy": (
        "what was decided about a kind of record",
        "category months legal_reference reason decided_at",
    ),
    "privacy.retentionrun": (
        "how far a list is",
        "policy category first state count up_to listed_at approved_at done_at",
    ),
    "privacy.retentionitem": (
        "numbers of records, which say nothing once those are emptied",
        "run object_id outcome",
    ),
    "programmes.partner": ("the name of an organisation", "name"),
    "programmes.dataagreement": (
        "between two organisations",
        "partner reference signed_on starts_on ends_on ended_at",
    ),
    # movements: facts about groups
    "movements.federation": (
        "a national body and how it writes its numbers",
        "name group_word main_leader_word code_pattern district_pattern region_pattern",
    ),
    "movements.movement": (
        "public facts about a group",
        "federation code name postcode municipality place vcode capacity waiting waiting_on "
        "language started_on stopped_on",
    ),
    "movements.formername": ("what a group was called", "movement name until"),
    "movements.pause": ("when a group had no activities", "movement starts_on ends_on"),
    "movements.succession": ("which group went into which", "source target on kind"),
    "movements.coachassignment": ("which group", "movement"),
    "movements.message": ("which group, and when", "movement at"),
    "movements.mandate": ("which group", "movement"),
    "movements.joinrequest": ("which group, by which link", "movement link"),
    "movements.teamlink": (
        "which group, until when, and a digest that nobody can turn into the link",
        "movement token_digest starts_on expires_at",
    ),
    "movements.invitation": ("a digest that nobody can turn into the link", "token_digest"),
    "movements.headcount": (
        "how many there are in a group, without names",
        "movement working_year members leaders estimate given_on",
    ),
    "movements.notthesame": (
        "two mandates that are of two persons; says nothing once those are emptied",
        "one other said_at",
    ),
    # labels: states and dates of a group's plan
    "labels.plantemplate": ("the ten points", "version name published_on"),
    "labels.templatepoint": (
        "the ten points",
        "template number title description guidance examples",
    ),
    "labels.templatematerial": (
        "a link or a file of the youth service that helps with a point",
        "point title url file",
    ),
    "labels.actionplan": (
        "where the plan of a group is",
        "movement edition template state opened_on submitted_at answer_by",
    ),
    "labels.actionpoint": (
        "which point, how far, and when it was saved, by a group",
        "plan point number grade previous kept version saved_at",
    ),
    "labels.example": ("which point and what kind of file", "point kind added_at"),
    "labels.planstep": ("what was done with the plan", "plan action state at"),
    "labels.decision": (
        "what was decided about a group and when",
        "plan outcome proposed_at decided_on effective_on returned_at",
    ),
    "labels.condition": ("by when, and what became of it", "decision due_on settled settled_on"),
    "labels.publishedreason": ("which reason everybody may read", "label number approved_at"),
    "labels.publicchoice": ("that a group chose what everybody may read", "label chosen_at"),
    "labels.labelnumber": ("a counter", "year last"),
    "labels.label": (
        "the label of a group, public",
        "movement decision previous number code decided_on starts_on ends_on effective_end "
        "renewal_months grace_months",
    ),
    "labels.certificate": (
        "which label, and when its paper was made and replaced; the code stands on it",
        "label issue code issued_on replaced_on",
    ),
    "labels.certificatebatch": (
        "which papers, and how far they are",
        "asked_at labels language format state claimed_at attempts ended_at file",
    ),
    "labels.batchitem": ("how far one paper is", "batch label state claimed_at attempts"),
    "labels.lightcheck": (
        "when a group was asked, and when it answered and that was read",
        "label due_on reason answered_at looked_at",
    ),
    "labels.checkedpoint": ("which promise changed", "check_made number answer"),
    "labels.labelvisit": ("which label, and when", "label on"),
    "labels.labelevent": ("what happened to a label and when", "label kind on recorded_at"),
    # families, visits, stories: only the counter that tells two writers apart
    "recruitment.household": ("counts changes", "version"),
    "homevisits.homevisit": ("counts changes", "version"),
    "testimonies.testimony": ("counts changes", "version"),
}


def impersonal_fields() -> list[tuple[str, str]]:
    """(model, field) of the whole list."""
    return [
        (model, field) for model, (_reason, names) in IMPERSONAL.items() for field in names.split()
    ]
