"""Each rule of the tables of labels is broken once by plain SQL, and the database says which.

The lists are complete: a constraint or a trigger without a row here fails the test. They run on
both databases; a row names its constraint, so that no other rule can refuse in its place.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from core import triggers
from core.calendar import now, today
from core.translated import Translated
from labels.enums import PlanState
from labels.models import (
    CertificateBatch,
    CheckedPoint,
    Example,
    LabelNumber,
    LightCheck,
    PlanTemplate,
    PublicChoice,
    PublishedReason,
    TemplateMaterial,
)
from labels.services.awards import pause_label, withdraw_label
from labels.services.templates import new_version, publish_template
from tests.factories.labels import Group
from tests.labels.awarding import award, make_movement

pytestmark = pytest.mark.django_db

MODELS = list(apps.get_app_config("labels").get_models())
TABLES = {model._meta.db_table.removeprefix("labels_"): model for model in MODELS}
TRIGGERS = {name for name, t in triggers._triggers.items() if t.table.startswith("labels_")}


# rows of every table by a name: {name} in the SQL below stands for its number
Rows = dict[str, int]


def build() -> Rows:
    """One row of everything, made by the services where they make it."""
    with_condition = Group("Met voorwaarde", state=PlanState.AWARDED_WITH_CONDITIONS)
    by, leader = with_condition.coordinator, with_condition.leader
    first = award(make_movement("Keten"), date(2022, 11, 14))
    second = award(first.movement, date(2025, 9, 1))
    label = with_condition.movement.labels.get()
    paused = pause_label(label=label, by=by, reason="Even")
    ended = award(make_movement("Over"), today() - timedelta(days=30))
    final = withdraw_label(label=ended, by=by, reason="Gestopt")
    proposed = Group("Voorgesteld", state=PlanState.PROPOSED)
    draft = Group("Ontwerp")
    asked = Group("Meer gevraagd", state=PlanState.MORE_ASKED)
    waiting = Group("Voorgesteld met voorwaarde", state=PlanState.IN_DISCUSSION)
    waiting.propose("award_with_conditions")
    batch = CertificateBatch.objects.create(asked_by=by, format="pdf")
    batch.items.create(label=label)
    check = LightCheck.objects.create(
        label=label, due_on=today(), reason="yearly", answered_at=now(), answered_by=leader
    )
    CheckedPoint.objects.create(check_made=check, number=1, answer="changed")
    PublishedReason.objects.create(label=label, number=0, text="Goed.", approved_by=leader)
    PublicChoice.objects.create(label=label, chosen_by=leader)
    template, open_template = (
        published_template(by),
        new_version(template=draft.plan.template, by=by),
    )
    return Rows(
        label=label.pk,
        first=first.pk,
        second=second.pk,
        ended=ended.pk,
        paused=paused.pk,
        final=final.pk,
        plan=draft.plan.pk,
        asked=asked.plan.pk,
        step=asked.plan.steps.earliest("id").pk,
        point=draft.plan.points.get(number=1).pk,
        link=Example.objects.create(
            point=draft.plan.points.get(number=1), kind="link", url="https://voorbeeld.be"
        ).pk,
        decided=with_condition.decision.pk,
        proposal=proposed.decision.pk,
        conditional=waiting.decision.pk,
        condition=with_condition.decision.due_conditions.get().pk,
        published=template.pk,
        published_point=template.points.get(number=1).pk,
        published_material=TemplateMaterial.objects.get(point__template=template).pk,
        draft=open_template.pk,
        draft_point=open_template.points.get(number=1).pk,
        draft_material=TemplateMaterial.objects.create(
            point=open_template.points.get(number=1),
            title=Translated(nl="Iets"),
            url="https://voorbeeld.be",
        ).pk,
        certificate=label.certificates.get().pk,
        batch=batch.pk,
        item=batch.items.get().pk,
        check=check.pk,
        checked=check.points.get().pk,
        reason=label.published.get().pk,
        choice=label.public_choice.pk,
        year=LabelNumber.objects.earliest("id").pk,
        movement=make_movement("Zonder label").pk,
        user=by.pk,
        other=leader.pk,
    )


def published_template(by: Any) -> PlanTemplate:
    template = new_version(template=PlanTemplate.objects.get(version=1), by=by)
    TemplateMaterial.objects.filter(point__template=template).delete()
    TemplateMaterial.objects.create(
        point=template.points.get(number=1), title=Translated(nl="Iets"), url="https://voorbeeld.be"
    )
    publish_template(template=template, by=by)
    return template


def set_(table: str, row: str, values: str) -> str:
    return f"UPDATE labels_{table} SET {values} WHERE id = {{{row}}}"


def copy(table: str, row: str, verb: str = "INSERT", **values: str) -> str:
    """A row beside another one, the same but for what is said. Values are SQL."""
    columns = [str(field.column) for field in TABLES[table]._meta.concrete_fields]
    if "id" not in values:
        columns.remove("id")
    taken = ", ".join(values.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    source = f"labels_{table}"
    return f"{verb} INTO {source} ({names}) SELECT {taken} FROM {source} WHERE id = {{{row}}}"


# a label that nothing is wrong with, beside another one: of a group without any
ANOTHER = {
    "movement_id": "{movement}",
    "decision_id": "NULL",
    "taken_over_by_id": "{user}",
    "previous_id": "NULL",
    "number": "'2099-001'",
    "code": "'abcdefghjkmnpqrs'",
}
# what waits to be checked at the end of a transaction keeps a table from being emptied too
EMPTY = "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE "
NL = '\'{{"nl": "X"}}\''

CONSTRAINTS = {
    "plantemplate_name_translated": set_("plantemplate", "draft", "name = '[]'"),
    "templatepoint_title_translated": set_("templatepoint", "draft_point", "title = '[]'"),
    "templatepoint_once": set_("templatepoint", "draft_point", "number = 2"),
    "templatepoint_one_to_ten": set_("templatepoint", "draft_point", "number = 11"),
    "templatematerial_title_translated": set_("templatematerial", "draft_material", "title = '[]'"),
    "templatematerial_link_or_file": set_("templatematerial", "draft_material", "file = 'x.pdf'"),
    "plan_state_known": set_(
        "actionplan", "plan", "state = 'nearly', submitted_at = CURRENT_TIMESTAMP"
    ),
    "plan_submitted_has_moment": set_("actionplan", "plan", "state = 'submitted'"),
    "plan_more_asked_by_a_date": set_("actionplan", "asked", "answer_by = NULL"),
    "plan_one_open": copy("actionplan", "plan"),
    "actionpoint_once": set_("actionpoint", "point", "number = 2"),
    "actionpoint_one_to_ten": set_("actionpoint", "point", "number = 11"),
    "actionpoint_grade_known": set_("actionpoint", "point", "grade = 'splendid'"),
    "actionpoint_kept_known": set_("actionpoint", "point", "kept = 'perhaps'"),
    "example_is_link_or_file": set_("example", "link", "url = ''"),
    "planstep_known": copy("planstep", "step", action="'guess'"),
    "decision_two_persons": set_(
        "decision", "proposal", "confirmed_by_id = proposed_by_id, decided_on = CURRENT_DATE"
    ),
    "decision_confirmed_has_date": set_("decision", "proposal", "confirmed_by_id = {user}"),
    "decision_never_backwards": set_("decision", "decided", "effective_on = '2020-01-01'"),
    "decision_outcome_known": set_("decision", "proposal", "outcome = 'maybe'"),
    "decision_confirmed_or_returned": set_(
        "decision", "decided", "returned_at = CURRENT_TIMESTAMP"
    ),
    "decision_one_open": copy("decision", "proposal"),
    "condition_settled_by_somebody": set_("condition", "condition", "settled = 'met'"),
    "condition_says_something": set_("condition", "condition", "text = ''"),
    "label_decided_or_taken_over": copy("label", "first", **ANOTHER | {"taken_over_by_id": "NULL"}),
    "label_never_before_its_decision": copy(
        "label", "first", **ANOTHER | {"decided_on": "'2022-11-15'"}
    ),
    "label_ends_after_start": copy(
        "label",
        "first",
        **ANOTHER | {"ends_on": "'2022-11-13'", "effective_end": "'2022-11-13'"},
    ),
    "label_effective_end": copy("label", "first", **ANOTHER | {"effective_end": "'2099-01-01'"}),
    "label_one_first": copy("label", "first", **ANOTHER | {"movement_id": "movement_id"}),
    "labelevent_kind_known": copy("labelevent", "paused", kind="'forgotten'"),
    "labelevent_final_once": copy("labelevent", "final", kind="'given_back'"),
    "certificate_issue_once": copy(
        "certificate", "certificate", code="'c'", replaced_on="'2026-01-01'"
    ),
    "certificate_one_in_force": copy(
        "certificate", "certificate", code="'c'", issue="2", reason="'Naam'"
    ),
    "certificate_new_one_has_a_reason": set_("certificate", "certificate", "issue = 2"),
    "certificatebatch_known": set_("certificatebatch", "batch", "format = 'doc'"),
    "certificatebatch_ready_has_a_file": set_("certificatebatch", "batch", "state = 'ready'"),
    "batchitem_once": copy("batchitem", "item"),
    "batchitem_known": set_("batchitem", "item", "state = 'claimed'"),
    "publishedreason_once": copy("publishedreason", "reason"),
    "publishedreason_known": set_("publishedreason", "reason", "number = 11"),
    "lightcheck_once": copy("lightcheck", "check"),
    "lightcheck_reason_known": set_("lightcheck", "check", "reason = 'curious'"),
    "lightcheck_looked_at_by_somebody": set_("lightcheck", "check", "looked_by_id = {user}"),
    "checkedpoint_once": copy("checkedpoint", "checked"),
    "checkedpoint_known": set_("checkedpoint", "checked", "answer = 'perhaps'"),
}

ONLY_ONCE = {
    "plantemplate.version": set_("plantemplate", "draft", "version = 1"),
    "labelnumber.year": copy("labelnumber", "year"),
    "label.decision_id": copy(
        "label",
        "first",
        **ANOTHER | {"decision_id": "decision_id", "taken_over_by_id": "NULL"},
    ),
    "label.previous_id": copy(
        "label", "second", **ANOTHER | {"movement_id": "movement_id", "previous_id": "previous_id"}
    ),
    "label.number": copy("label", "first", **ANOTHER | {"number": "number"}),
    "label.code": copy("label", "first", **ANOTHER | {"code": "code"}),
    "certificate.code": copy(
        "certificate", "certificate", issue="2", reason="'Naam'", replaced_on="'2026-01-01'"
    ),
    "publicchoice.label_id": copy("publicchoice", "choice"),
}

# of each trigger; where there are several, each of its clauses
BY_TRIGGER: dict[str, list[str]] = {
    "planstep_no_delete": ["DELETE FROM labels_planstep WHERE id = {step}"],
    "planstep_no_replace": [copy("planstep", "step", "REPLACE", id="id")],
    "planstep_no_truncate": [EMPTY + "labels_planstep"],
    "planstep_no_update": [
        set_("planstep", "step", change)
        for change in (
            "message = 'anders'",
            "plan_id = {plan}",
            "action = 'award'",
            "state = 'awarded'",
            "at = '2020-01-01'",
            "by_id = {user}",
        )
    ],
    "labelevent_no_delete": ["DELETE FROM labels_labelevent WHERE id = {paused}"],
    "labelevent_no_replace": [copy("labelevent", "paused", "REPLACE", id="id")],
    "labelevent_no_truncate": [EMPTY + "labels_labelevent"],
    "labelevent_no_update": [
        set_("labelevent", "paused", change)
        for change in (
            "reason = 'anders'",
            "label_id = {first}",
            "kind = 'resumed'",
            "\"on\" = '2020-01-01'",
            "recorded_at = '2020-01-01'",
            "by_id = {other}",
        )
    ],
    "labelevent_final": [
        copy("labelevent", "paused", kind=f"'{kind}'", on="'2026-01-01'")
        for kind in ("withdrawn", "given_back", "merged")
    ],
    "label_chain_insert": [
        copy("label", "second", **ANOTHER | values)
        for values in (
            {"previous_id": "{second}"},  # of another group
            {"movement_id": "movement_id", "previous_id": "{second}"},  # on the same days
        )
    ],
    "label_chain_update": [
        # `first` ended when `second` began
        set_("label", "second", "effective_end = '2024-01-01'"),
    ],
    "label_of_its_decision": [
        copy(
            "label",
            "first",
            **ANOTHER
            | {
                "decision_id": "decision_id",
                "taken_over_by_id": "NULL",
                "decided_on": "'2022-11-13'",
            },
        )
    ],
    "label_as_awarded": [
        set_("label", "ended", "effective_end = ends_on"),
        *(
            set_("label", "first", change)
            for change in (
                "movement_id = {movement}",
                "number = '2099-002'",
                "code = 'z'",
                "decision_id = {proposal}",
                "decided_on = '2022-11-01'",
                "starts_on = '2022-11-15'",
                "ends_on = '2099-01-01'",
                "previous_id = {second}, effective_end = '2022-01-01'",
                "renewal_months = 7",
                "grace_months = 4",
                "taken_over_by_id = {user}",
            )
        ),
    ],
    "plantemplate_published_insert": [
        copy("plantemplate", "published", "REPLACE", id="id"),
        copy("plantemplate", "published", "REPLACE"),
    ],
    "plantemplate_published_update": [
        set_("plantemplate", "published", "published_on = NULL"),
        set_("plantemplate", "published", f"name = {NL}"),
    ],
    "plantemplate_published_delete": ["DELETE FROM labels_plantemplate WHERE id = {published}"],
    "templatepoint_published_insert": [
        copy("templatepoint", "draft_point", template_id="{published}", number="3"),
    ],
    "templatepoint_published_update": [
        set_("templatepoint", "published_point", f"title = {NL}"),
        set_("templatepoint", "published_point", "template_id = {draft}"),
        set_("templatepoint", "draft_point", "template_id = {published}"),
    ],
    "templatepoint_published_delete": [
        "DELETE FROM labels_templatepoint WHERE id = {published_point}"
    ],
    "templatematerial_published_insert": [
        copy("templatematerial", "draft_material", point_id="{published_point}"),
    ],
    "templatematerial_published_update": [
        set_("templatematerial", "published_material", "url = 'https://anders.be'"),
        set_("templatematerial", "published_material", "point_id = {draft_point}"),
        set_("templatematerial", "draft_material", "point_id = {published_point}"),
    ],
    "templatematerial_published_delete": [
        "DELETE FROM labels_templatematerial WHERE id = {published_material}"
    ],
    "decision_conditions_insert": [copy("decision", "decided")],
    "decision_conditions_update": [
        set_(
            "decision",
            "proposal",
            "outcome = 'award_with_conditions', decided_on = CURRENT_DATE, "
            "confirmed_by_id = {user}",
        )
    ],
    "decision_as_decided": [
        set_("decision", "decided", change)
        for change in (
            "decided_on = NULL, confirmed_by_id = NULL, effective_on = NULL",
            "decided_on = '2020-01-01', effective_on = NULL",
            "plan_id = {plan}",
            "outcome = 'award'",
            "proposed_by_id = {other}",
            "confirmed_by_id = {other}",
            "reasons = 'iets anders'",
        )
    ],
    "condition_stays": [set_("condition", "condition", "decision_id = {conditional}")],
    "condition_of_a_decision": ["DELETE FROM labels_condition WHERE id = {condition}"],
}


def refusal(sql: str, rows: Rows) -> str:
    """What the database says of it, with the name of the function that said it; "" when done."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.format_map(rows))
            transaction.set_rollback(True)
            return ""
    except DatabaseError as error:
        context = getattr(getattr(error.__cause__, "diag", None), "context", "") or ""
        return f"{error} {context}"


def says_trigger(said: str, name: str) -> bool:
    trigger = triggers._triggers[f"labels_{name}"]
    if connection.vendor == "postgresql":
        return f"function {trigger.name}()" in said
    return bool(said.strip()) and said.strip() in str(trigger.sqlite)


def is_made_here(name: str) -> bool:
    """Whether this database has the trigger at all: only PostgreSQL empties a table at once."""
    trigger = triggers._triggers[f"labels_{name}"]
    return (trigger.postgresql if connection.vendor == "postgresql" else trigger.sqlite) is not None


def says_constraint(said: str, model: type[models.Model], constraint: Any) -> bool:
    """SQLite names the columns of what is unique, and not the rule."""
    if connection.vendor == "sqlite" and isinstance(constraint, models.UniqueConstraint):
        columns = [getattr(model._meta.get_field(name), "column", "") for name in constraint.fields]
        return ", ".join(f"{model._meta.db_table}.{column}" for column in columns) in said
    return constraint.name in said


def says_once(said: str, name: str) -> bool:
    table, column = name.split(".")
    return "unique" in said.casefold() and f"labels_{table}" in said and column in said


def constraints() -> Iterator[tuple[type[models.Model], Any]]:
    return ((model, constraint) for model in MODELS for constraint in model._meta.constraints)


def test_the_lists_are_complete() -> None:
    assert set(CONSTRAINTS) == {constraint.name for _model, constraint in constraints()}
    fields = [(model, field) for model in MODELS for field in model._meta.concrete_fields]
    assert set(ONLY_ONCE) == {
        f"{model._meta.model_name}.{field.column}"
        for model, field in fields
        if field.unique and not field.primary_key
    }
    assert {f"labels_{name}" for name in BY_TRIGGER} == TRIGGERS


def test_plain_sql_that_breaks_a_constraint_is_refused_by_it() -> None:
    rows = build()
    said = {c.name: refusal(CONSTRAINTS[c.name], rows) for _model, c in constraints()}
    wrong = {
        c.name: said[c.name] for m, c in constraints() if not says_constraint(said[c.name], m, c)
    }
    twice = {name: refusal(sql, rows) for name, sql in ONLY_ONCE.items()}
    wrong |= {name: words for name, words in twice.items() if not says_once(words, name)}
    assert not wrong


def test_plain_sql_that_breaks_a_rule_of_a_trigger_is_refused_by_it() -> None:
    rows = build()
    said = [
        (name, sql, refusal(sql, rows))
        for name, statements in BY_TRIGGER.items()
        if is_made_here(name)
        for sql in statements
        if connection.vendor == "sqlite" or not sql.startswith("REPLACE")
    ]
    assert not [one for one in said if not says_trigger(one[2], one[0])]


def test_no_number_is_negative() -> None:
    rows = build()
    done = [
        f"{model._meta.db_table}.{field.column}"
        for model in MODELS
        for field in model._meta.concrete_fields
        if isinstance(field, models.PositiveSmallIntegerField | models.PositiveIntegerField)
        and not refusal(f'UPDATE {model._meta.db_table} SET "{field.column}" = -1', rows)
    ]
    assert not done
