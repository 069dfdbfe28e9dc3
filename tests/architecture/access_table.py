"""Who gets in where, written by hand: one line for each address, and one for each list of records.

`read` is GET (HEAD answers as GET), `send` is a POST with an empty form. Each names who gets a page
(`page`) or is led on to another one (`led`). Whoever is not named meets the door: strangers and
closed accounts sign in first, everybody else finds nothing (404); where nobody is named, the method
itself may be refused (405). Other methods are refused everywhere, before anything is looked at.
"""

from dataclasses import dataclass, field

ANONYMOUS = {"anonymous", "inactive"}  # a closed account is signed out with its next request
# who leads the movement: somebody under 18 as anybody else; who will lead it may look
OWN, FUTURE, OTHER = {"leader", "minor_leader"}, {"future_leader"}, {"other_leader"}
READERS = OWN | FUTURE
# signed in, and no role today
FORMER = {"ended_leader", "nobody", "secondment_over", "agreement_ended"}
# the owner of the household and the visit, its backup, two of the same team who are neither
CONSULTANT, BACKUP, OTHERS = {"consultant"}, {"backup"}, {"colleague", "seconded"}
COORDINATOR = {"coordinator"}
ALDERMAN, OFFICER = {"alderman"}, {"privacy_officer"}

LEADERS = READERS | OTHER
OWNERS = CONSULTANT | BACKUP
STAFF = OWNERS | OTHERS | COORDINATOR
HANDLERS = CONSULTANT | COORDINATOR  # of a story: who collected it, and the coordinator
ADMIN = STAFF | OFFICER
SIGNED_IN = LEADERS | FORMER | ADMIN | ALDERMAN
EVERYBODY = SIGNED_IN | ANONYMOUS

PAGE, LED = "page", "led on"
Expected = dict[str, str]


def page(*who: set[str]) -> Expected:
    """These get the page itself (200)."""
    return dict.fromkeys(set().union(*who), PAGE)


def led(*who: set[str]) -> Expected:
    """These are led on to another page (302)."""
    return dict.fromkeys(set().union(*who), LED)


def nothing(*who: set[str]) -> Expected:
    """These find nothing, though they need not sign in to ask (404)."""
    return dict.fromkeys(set().union(*who), "not found")


@dataclass(frozen=True)
class Row:
    """One address: its name, the records of the world in it, who may read and who may send."""

    name: str
    records: str = ""
    read: Expected = field(default_factory=dict)
    send: Expected = field(default_factory=dict)
    is_public: bool = False  # strangers are not sent to the sign-in page


NO: Expected = {}
ONCE = page(ANONYMOUS) | led(SIGNED_IN)  # nobody signs in twice

ROWS = [
    # for everybody
    Row("desk:home", "", page(EVERYBODY), NO, True),
    Row("desk:healthz", "", page(EVERYBODY), NO, True),
    Row("desk:readyz", "", page(EVERYBODY), NO, True),
    Row("desk:security_txt", "", page(EVERYBODY), NO, True),
    Row("desk:robots_txt", "", page(EVERYBODY), NO, True),
    Row("labels:register", "", page(EVERYBODY), NO, True),
    Row("labels:verify", "label.code", page(EVERYBODY), NO, True),
    Row("labels:check_code", "", page(EVERYBODY), NO, True),
    Row("labels:movement", "own", page(EVERYBODY), NO, True),
    Row("labels:badge", "own", page(EVERYBODY), NO, True),
    Row("labels:open_data", "", page(EVERYBODY), NO, True),
    Row("labels:open_json", "", page(EVERYBODY), NO, True),
    Row("labels:open_csv", "", page(EVERYBODY), NO, True),
    Row("testimonies:stories", "", page(EVERYBODY), NO, True),
    Row("testimonies:story", "story", page(EVERYBODY), NO, True),
    Row("set_language", "", led(EVERYBODY), led(EVERYBODY), True),
    Row("desk:feed", "calendar", page(EVERYBODY), NO, True),
    # signing in and out
    Row("account_request_login_code", "", ONCE, ONCE, True),
    Row("account_login", "", ONCE, ONCE, True),
    Row("account_confirm_login_code", "", led(SIGNED_IN), led(SIGNED_IN)),
    # the city's own sign-on, which is not configured in tests
    Row("sign_on", "", nothing(EVERYBODY), NO, True),
    Row("sign_on_callback", "", nothing(EVERYBODY), NO, True),
    Row("account_inactive", "", page(EVERYBODY), NO, True),
    Row("account_logout", "", page(SIGNED_IN) | led(ANONYMOUS), led(EVERYBODY), True),
    Row("movements:invitation", "token", page(EVERYBODY), page(SIGNED_IN) | led(ANONYMOUS), True),
    Row("movements:join", "link_token", page(EVERYBODY), page(EVERYBODY), True),
    Row("movements:join_asked", "", page(EVERYBODY), NO, True),
    # the second factor; in this world everybody who needs one has an app, and has just shown it
    Row("mfa_login_webauthn", "", led(SIGNED_IN), led(SIGNED_IN)),
    Row("mfa_authenticate", "", led(SIGNED_IN), led(SIGNED_IN)),
    Row("second_factor", "", page(ADMIN)),
    Row("second_factor_again", "", page(ADMIN), page(ADMIN)),
    Row("second_factor_app", "", led(ADMIN), led(ADMIN)),
    Row("second_factor_passkey", "", page(ADMIN), page(ADMIN)),
    Row("remove_factor", "factor", page(COORDINATOR), led(COORDINATOR)),
    Row("recovery_codes", "", page(ADMIN), led(ADMIN)),
    Row("my_account", "", page(SIGNED_IN)),
    Row("choose_mails", "", NO, led(SIGNED_IN)),
    # the link in a mail is enough, without a cookie
    Row("unsubscribe", "fewer_mails", page(EVERYBODY), page(EVERYBODY), True),
    Row("sign_out_everywhere", "", NO, led(SIGNED_IN)),
    # leaders
    Row("desk:start", "", led(LEADERS, ADMIN, ALDERMAN) | page(FORMER)),
    Row("desk:my", "", led(SIGNED_IN)),
    Row("desk:movement", "own", page(READERS)),
    Row("movements:counts", "own", page(READERS), page(OWN)),
    Row("movements:group", "own", page(READERS), page(OWN)),
    Row("movements:team", "own", page(READERS)),
    Row("movements:pass_on", "own", page(OWN), page(OWN)),
    Row("movements:team_link", "own", NO, page(OWN)),
    Row("movements:stop_link", "own team_link", NO, led(OWN)),
    Row("movements:decide", "own join_request", NO, led(OWN)),
    Row("movements:conversation", "own", page(READERS), page(OWN)),
    Row("handovers:reminders", "own", page(READERS)),
    Row("handovers:handover", "own", page(READERS)),
    Row("handovers:paper", "own", page(READERS, STAFF)),
    Row("handovers:note", "own", NO, led(OWN)),
    Row("handovers:sign", "own", NO, led(OWN)),
    Row("movements:confirm_team", "own", NO, led(OWN)),
    Row("movements:object_to_return", "own mandate", NO, led(OWN)),
    # the one of this world has an account
    Row("movements:invite_member", "own mandate", NO, NO),
    Row("movements:contact", "own", page(OWN), page(OWN)),
    Row("movements:change_team", "own", page(OWN), led(OWN)),
    Row("movements:stop", "own", page(OWN), page(OWN)),
    Row("movements:still_leading", "own", led(OWN)),
    Row("movements:ask_later", "own", NO, led(OWN)),
    # the code is asked for first
    Row("movements:own_address", "", page(LEADERS), page(LEADERS)),
    Row("movements:prove_address", "", led(LEADERS), led(LEADERS)),
    Row("movements:thanks"),
    Row("desk:calendar", "own", page(READERS)),
    Row("desk:calendar_feed", "", page(LEADERS, STAFF), page(LEADERS, STAFF)),
    Row("desk:remove_feed", "", NO, led(LEADERS, STAFF)),
    Row("labels:plan", "own", page(READERS)),
    Row("labels:check", "own", page(READERS), led(OWN)),
    Row("labels:start_plan", "own", NO, led(OWN)),
    Row("labels:submit", "own", NO, led(OWN)),
    Row("labels:print_plan", "own", page(READERS)),
    Row("labels:point", "own 1", page(READERS), page(OWN)),
    # of another group that shares it; who will lead has to wait
    Row("labels:shared_example", "other_picture", page(OWN)),
    Row("labels:material", "material", page(LEADERS, STAFF)),
    Row("labels:example", "own picture", page(READERS, STAFF)),
    Row("labels:certificate", "own label", page(READERS, STAFF)),
    Row("labels:reasons", "own label", page(READERS), page(OWN)),
    Row("labels:letter", "own label.decision", page(READERS, STAFF)),
    Row("labels:poster", "own label", page(READERS, STAFF)),
    Row("labels:picture", "own label 'square'", page(READERS, STAFF)),
    Row("labels:badge_page", "own", page(READERS)),
    # the figures
    Row("kpis:dashboard", "", page(ALDERMAN, STAFF)),
    # the privacy desk: the coordinator reads
    Row("privacy:home", "", page(OFFICER, COORDINATOR)),
    Row("privacy:consents", "", page(OFFICER)),
    Row("privacy:retention", "", page(OFFICER, COORDINATOR)),
    Row("privacy:retention_run", "retention_run", page(OFFICER, COORDINATOR)),
    Row("privacy:retention_approve", "retention_run", NO, led(OFFICER)),
    Row("privacy:retention_policy", "'labels.example'", page(OFFICER), page(OFFICER)),
    Row("privacy:retention_list", "'labels.example'", NO, led(OFFICER)),
    Row("privacy:register", "", page(OFFICER, COORDINATOR)),
    Row("privacy:register_pdf", "'en'", page(OFFICER, COORDINATOR)),
    # the web admin itself
    Row("admin:index", "", page(ADMIN)),
    Row("admin:app_list", "'labels'", page(STAFF)),
    Row("admin:jsi18n", "", page(ADMIN)),
    Row("admin:autocomplete", "", NO),
    Row("admin:*", "'nowhere'", NO),
    # pages of our own in it
    Row("desk:staff_calendar", "", page(STAFF)),
    Row("desk:edition_end", "", page(STAFF), page(COORDINATOR)),
    Row("desk:edition_end_pdf", "", page(STAFF)),
    Row("desk:carry_over", "", page(COORDINATOR), page(COORDINATOR)),
    Row(
        "admin:accounts_user_second_factor",
        "people.consultant",
        page(COORDINATOR),
        led(COORDINATOR),
    ),
    Row("admin:programmes_edition_target", "edition", page(COORDINATOR), page(COORDINATOR)),
    Row("admin:programmes_edition_plan", "edition", page(COORDINATOR), page(COORDINATOR)),
    *(
        Row(f"admin:movements_movement_{step}", "own", page(STAFF), page(STAFF))
        for step in ("pause", "resume", "rename", "stop", "split")
    ),
    Row("admin:labels_actionplan_condition", "conditional condition", page(STAFF), page(STAFF)),
    Row("admin:movements_movement_merge", "own", page(STAFF), page(STAFF)),
    Row("admin:movements_movement_take_back_pause", "own pause", page(STAFF), led(STAFF)),
    Row("admin:movements_movement_take_back_name", "own former_name", page(STAFF), led(STAFF)),
    Row("admin:movements_movement_import", "", page(COORDINATOR), page(COORDINATOR)),
    Row("admin:movements_movement_import_preview", "job", page(COORDINATOR), led(COORDINATOR)),
    Row("admin:handovers_reminder_movement", "own", page(STAFF)),
    Row("admin:handovers_handover_continuity", "", page(STAFF)),
    Row("admin:movements_movement_conversation", "own", page(STAFF), page(STAFF)),
    Row("admin:movements_mandate_import", "", page(STAFF), page(STAFF)),
    Row("admin:movements_mandate_import_preview", "team_job", page(CONSULTANT), led(CONSULTANT)),
    Row("admin:movements_mandate_same_person", "", page(STAFF), NO),
    Row("admin:movements_mandate_same_pair", "mandate look_alike", page(STAFF), led(STAFF)),
    Row("admin:movements_mandate_invite", "mandate", page(STAFF), led(STAFF)),
    Row("admin:movements_mandate_end", "mandate", page(STAFF), led(STAFF)),
    Row("admin:labels_label_event", "label 'pause'", page(COORDINATOR), page(COORDINATOR)),
    Row("admin:labels_label_visit", "label", page(STAFF), page(STAFF)),
    Row("admin:labels_label_look", "label check", NO, led(STAFF)),
    Row("admin:labels_label_take_over", "", page(COORDINATOR), page(COORDINATOR)),
    Row("admin:labels_label_import", "", page(COORDINATOR), page(COORDINATOR)),
    Row("admin:labels_label_import_preview", "label_job", page(COORDINATOR), led(COORDINATOR)),
    Row("admin:labels_label_reissue", "label", page(COORDINATOR), page(COORDINATOR)),
    Row("admin:labels_certificatebatch_file", "batch", page(STAFF)),
    Row("admin:labels_actionplan_assess", "plan", page(STAFF), led(STAFF)),
    Row("admin:labels_plantemplate_new_version", "template", page(COORDINATOR), led(COORDINATOR)),
    Row("admin:labels_plantemplate_publish", "draft_template", page(COORDINATOR), led(COORDINATOR)),
    Row("admin:labels_plantemplate_import", "", page(COORDINATOR), page(COORDINATOR)),
    Row(
        "admin:labels_plantemplate_import_preview",
        "template_job",
        page(COORDINATOR),
        led(COORDINATOR),
    ),
    Row("admin:labels_plantemplate_export", "template", page(COORDINATOR)),
    Row(
        "admin:labels_plantemplate_materials",
        "draft_template",
        page(COORDINATOR),
        page(COORDINATOR),
    ),
    Row(
        "admin:labels_plantemplate_change_material",
        "draft_template draft_material",
        page(COORDINATOR),
        page(COORDINATOR),
    ),
    Row(
        "admin:labels_plantemplate_remove_material",
        "draft_template draft_material",
        NO,
        led(COORDINATOR),
    ),
    Row("admin:labels_plantemplate_discard", "draft_template", page(COORDINATOR), led(COORDINATOR)),
    # the logs as a file; without a period back to the list
    Row("admin:core_activitylog_export", "", led(OFFICER)),
    Row("admin:core_accesslog_export", "", led(OFFICER)),
    # families: contacts, owner and paths; the coordinator neither owns nor backs up this household
    Row("admin:recruitment_household_find", "", page(STAFF), page(STAFF)),
    Row("admin:recruitment_household_member", "", page(STAFF), page(STAFF)),
    Row("admin:recruitment_household_details", "household", page(OWNERS), page(OWNERS)),
    Row(
        "admin:recruitment_household_owner",
        "household",
        page(OWNERS, COORDINATOR),
        page(OWNERS, COORDINATOR),
    ),
    Row("admin:recruitment_household_reason", "household", page(COORDINATOR), page(COORDINATOR)),
    Row(
        "admin:recruitment_household_leaver",
        "people.consultant",
        page(CONSULTANT, COORDINATOR),
        page(CONSULTANT, COORDINATOR),
    ),
    Row("admin:recruitment_household_child", "household", page(STAFF), page(STAFF)),
    Row("admin:recruitment_guidance_step", "guidance", page(STAFF), page(STAFF)),
    Row("admin:recruitment_guidance_take_back", "guidance", page(STAFF), led(STAFF)),
    # stories: who collected one, and the coordinator
    Row("admin:testimonies_testimony_revise", "unpublished", page(HANDLERS), page(HANDLERS)),
    Row("admin:testimonies_testimony_consent", "unpublished", page(HANDLERS), page(HANDLERS)),
    Row("admin:testimonies_testimony_approve", "unpublished", page(HANDLERS), page(HANDLERS)),
    Row("admin:testimonies_testimony_publish", "unpublished", page(HANDLERS), page(HANDLERS)),
    Row("admin:testimonies_testimony_withdraw", "unpublished", page(HANDLERS), led(HANDLERS)),
    Row("admin:testimonies_consent_take_back", "consent", page(HANDLERS), led(HANDLERS)),
    # requests of people about their data
    Row("admin:privacy_subjectrequest_find", "request", page(OFFICER), page(OFFICER)),
    Row("admin:privacy_subjectrequest_name", "request", NO, led(OFFICER)),
    Row("admin:privacy_subjectrequest_edit", "request", page(OFFICER), page(OFFICER)),
    Row("admin:privacy_subjectrequest_close", "request", page(OFFICER), page(OFFICER)),
    Row("admin:privacy_subjectrequest_drop", "request subject", NO, led(OFFICER)),
    Row(
        "admin:privacy_subjectrequest_erase",
        "to_erase.request to_erase",
        page(OFFICER),
        page(OFFICER),
    ),
    Row(
        "admin:privacy_subjectrequest_correct",
        "to_correct.request to_correct",
        page(OFFICER),
        page(OFFICER),
    ),
    Row(
        "admin:privacy_subjectrequest_restrict",
        "to_restrict.request to_restrict",
        NO,
        led(OFFICER),
    ),
    Row("admin:privacy_subjectrequest_lift", "to_restrict.request to_restrict", NO, led(OFFICER)),
    Row("admin:privacy_subjectrequest_zip", "request 'nl'", page(OFFICER)),
]


@dataclass(frozen=True)
class Records:
    """One kind of record in the web admin: who sees it, who adds one, what saving leads to.

    Nothing is ever deleted there, and the history of a record leads back to it.
    """

    model: str
    record: str
    seen: set[str]
    added: set[str] = field(default_factory=set)
    changed: Expected = field(default_factory=dict)
    has_actions: bool = False
    opens_elsewhere: bool = False  # a record opens on a page of our own


RECORDS = [
    Records("core.outboxmessage", "mail", STAFF),
    Records("core.receivedmail", "received", STAFF),
    Records("core.activitylog", "activity", COORDINATOR | OFFICER),
    Records("core.accesslog", "access", COORDINATOR | OFFICER),
    Records("accounts.user", "people.alderman", COORDINATOR, COORDINATOR, page(COORDINATOR)),
    Records("accounts.rolegrant", "grant", COORDINATOR, COORDINATOR, led(COORDINATOR), True),
    Records("programmes.edition", "edition", STAFF, COORDINATOR, page(COORDINATOR)),
    Records("programmes.partner", "partner", COORDINATOR, COORDINATOR, page(COORDINATOR)),
    Records(
        "programmes.dataagreement", "agreement", COORDINATOR, COORDINATOR, led(COORDINATOR), True
    ),
    Records(
        "programmes.secondment", "secondment", COORDINATOR, COORDINATOR, led(COORDINATOR), True
    ),
    Records("movements.federation", "own.federation", STAFF, COORDINATOR, page(COORDINATOR)),
    Records("movements.movement", "own", STAFF, STAFF, page(STAFF)),
    Records("movements.mandate", "mandate", STAFF, STAFF, page(STAFF), True),
    Records("movements.headcount", "head_count", STAFF, STAFF, page(STAFF)),
    Records("movements.coachassignment", "coach", STAFF, STAFF),
    Records("movements.joinrequest", "join_request", STAFF, set(), page(STAFF)),
    Records("movements.teamlink", "team_link", STAFF, set(), led(STAFF)),
    Records("labels.label", "label", STAFF, has_actions=True),
    Records("labels.certificatebatch", "batch", STAFF, STAFF),
    Records("labels.actionplan", "plan", STAFF, opens_elsewhere=True),
    Records("labels.plantemplate", "draft_template", COORDINATOR, set(), page(COORDINATOR)),
    Records("handovers.handover", "handover", STAFF, set(), page(STAFF)),
    Records("handovers.reminder", "reminder", STAFF, opens_elsewhere=True),
    Records("recruitment.household", "household", STAFF, STAFF),
    Records("homevisits.homevisit", "visit", STAFF, STAFF, page(STAFF)),
    Records("testimonies.testimony", "unpublished", STAFF, STAFF),
    Records("privacy.subjectrequest", "request", OFFICER, OFFICER),
]


def record_rows(records: Records) -> list[Row]:
    """The six addresses that the web admin gives to one kind of record."""
    name = "admin:" + records.model.replace(".", "_")
    seen = records.seen
    return [
        Row(f"{name}_changelist", "", page(seen), page(seen) if records.has_actions else NO),
        Row(f"{name}_add", "", page(records.added), page(records.added)),
        Row(
            f"{name}_change",
            records.record,
            led(seen) if records.opens_elsewhere else page(seen),
            records.changed,
        ),
        Row(f"{name}_history", records.record, led(seen), led(seen)),
        Row(f"{name}_delete", records.record),
        Row(f"{name}_", records.record, led(ADMIN), led(ADMIN)),
    ]


TABLE = [*ROWS, *(row for records in RECORDS for row in record_rows(records))]
