"""Rules of plans and labels that only a trigger can hold."""

from core import triggers

triggers.refuse("labels_planstep", updates=False)
triggers.refuse("labels_labelevent", updates=False)

# One valid label per movement, without knowing today's date: labels of a movement form one chain,
# and each starts after the last valid day of the one before it. That day never lies before the one
# of its predecessor either, so a label withdrawn before its start opens no gap in the chain.
_CHAIN = """
    NEW.previous_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM labels_label p WHERE p.id = NEW.previous_id
        AND p.movement_id = NEW.movement_id
        AND p.effective_end < NEW.starts_on AND p.effective_end <= NEW.effective_end)
"""
# What was awarded stays; only the last valid day may come earlier. So no change of one label can
# run into the next one, not even into one that is being awarded at the same moment.
_CHANGED = """
    NEW.movement_id <> OLD.movement_id OR NEW.number <> OLD.number OR NEW.code <> OLD.code
    OR COALESCE(NEW.decision_id, 0) <> COALESCE(OLD.decision_id, 0)
    OR NEW.decided_on <> OLD.decided_on OR NEW.starts_on <> OLD.starts_on
    OR NEW.ends_on <> OLD.ends_on OR NEW.effective_end > OLD.effective_end
    OR COALESCE(NEW.previous_id, 0) <> COALESCE(OLD.previous_id, 0)
    OR NEW.renewal_months <> OLD.renewal_months OR NEW.grace_months <> OLD.grace_months
    OR COALESCE(NEW.taken_over_by_id, 0) <> COALESCE(OLD.taken_over_by_id, 0)
"""
# Who carries it, and what it is called; both databases read JSON so. Reasons and promises can be
# taken away, when they tell about a person.
_REWORDED = " OR ".join(
    f"COALESCE(NEW.frozen ->> '{word}', '') <> COALESCE(OLD.frozen ->> '{word}', '')"
    for word in ("movement", "municipality", "programme")
)
# `valid_on` reads the last valid day, so the ledger may not run ahead of it.
_RUNS_AHEAD = """
    NEW.kind IN ('withdrawn', 'given_back', 'merged') AND EXISTS (
        SELECT 1 FROM labels_label l WHERE l.id = NEW.label_id
        AND l.effective_end >= NEW."on" AND l.effective_end >= l.starts_on)
"""


for _verb in ("INSERT", "UPDATE"):
    triggers.refuse_when(
        f"labels_label_chain_{_verb.lower()}",
        "labels_label",
        f"BEFORE {_verb}",
        _CHAIN,
        "labels of a movement may not overlap",
    )
# The day of the decision is that of the decision itself, so no label starts before it.
triggers.refuse_when(
    "labels_label_of_its_decision",
    "labels_label",
    "BEFORE INSERT",
    "NEW.decision_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM labels_decision d "
    "WHERE d.id = NEW.decision_id AND d.decided_on = NEW.decided_on)",
    "a label has the day of its decision",
)
triggers.refuse_when(
    "labels_label_as_awarded",
    "labels_label",
    "BEFORE UPDATE",
    f"{_CHANGED} OR {_REWORDED}",
    "a label stays as it was awarded",
)
triggers.refuse_when(
    "labels_labelevent_final",
    "labels_labelevent",
    "BEFORE INSERT",
    _RUNS_AHEAD,
    "the last valid day comes before the event",
)

# Of a step and of an event only the words can be taken away, when they tell about a person.
triggers.refuse_when(
    "labels_planstep_no_update",
    "labels_planstep",
    "BEFORE UPDATE",
    "NEW.message <> '' OR NEW.plan_id <> OLD.plan_id OR NEW.action <> OLD.action "
    "OR NEW.state <> OLD.state OR NEW.at <> OLD.at OR NEW.by_id <> OLD.by_id",
    "labels_planstep is append-only",
)
triggers.refuse_when(
    "labels_labelevent_no_update",
    "labels_labelevent",
    "BEFORE UPDATE",
    "NEW.reason <> '' OR NEW.label_id <> OLD.label_id OR NEW.kind <> OLD.kind "
    'OR NEW."on" <> OLD."on" OR NEW.recorded_at <> OLD.recorded_at OR NEW.by_id <> OLD.by_id',
    "labels_labelevent is append-only",
)

# A published template never changes: plans and labels count on its words. Nothing is added to one
# either, nor moved into it, nor put in its place as SQLite's REPLACE does.
_PUBLISHED = {
    "labels_plantemplate": "{row}.published_on IS NOT NULL",
    "labels_templatepoint": "EXISTS (SELECT 1 FROM labels_plantemplate t "
    "WHERE t.id = {row}.template_id AND t.published_on IS NOT NULL)",
    "labels_templatematerial": "EXISTS (SELECT 1 FROM labels_plantemplate t "
    "JOIN labels_templatepoint p ON p.template_id = t.id "
    "WHERE p.id = {row}.point_id AND t.published_on IS NOT NULL)",
}
_IN_PLACE = {
    "labels_plantemplate": "OR o.version = NEW.version",
    "labels_templatepoint": "",
    "labels_templatematerial": "",
}
for _table, _condition in _PUBLISHED.items():
    _old, _new = _condition.format(row="OLD"), _condition.format(row="NEW")
    _replaced = (
        f"EXISTS (SELECT 1 FROM {_table} o WHERE (o.id = NEW.id {_IN_PLACE[_table]}) "  # noqa: S608  # nosec B608
        f"AND {_condition.format(row='o')})"
    )
    _is_template = _table == "labels_plantemplate"
    for _verb, _refused, _row in (
        ("INSERT", _replaced if _is_template else f"{_replaced} OR {_new}", "NEW"),
        ("UPDATE", _old if _is_template else f"{_old} OR {_new}", "NEW"),
        ("DELETE", _old, "OLD"),
    ):
        triggers.register(
            triggers.Trigger(
                f"{_table}_published_{_verb.lower()}",
                _table,
                f"BEFORE {_verb}",
                f"BEGIN IF {_refused} THEN RAISE EXCEPTION 'a published template never changes' "
                f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {_row}; END;",
                f"SELECT RAISE(ABORT, 'a published template never changes') WHERE {_refused};",
            )
        )

# An award with conditions has some, and after the decision none of them goes away; what was
# decided, by whom and when stays. Reasons can be taken away, when they tell about a person.
_NO_CONDITION = """
    NEW.decided_on IS NOT NULL AND NEW.outcome = 'award_with_conditions'
    AND NOT EXISTS (SELECT 1 FROM labels_condition c WHERE c.decision_id = NEW.id)
"""
for _verb in ("INSERT", "UPDATE"):
    triggers.refuse_when(
        f"labels_decision_conditions_{_verb.lower()}",
        "labels_decision",
        f"BEFORE {_verb}",
        _NO_CONDITION,
        "an award with conditions has conditions",
    )
triggers.refuse_when(
    "labels_decision_as_decided",
    "labels_decision",
    "BEFORE UPDATE",
    "OLD.decided_on IS NOT NULL AND (NEW.decided_on IS NULL OR NEW.decided_on <> OLD.decided_on "
    "OR NEW.plan_id <> OLD.plan_id OR NEW.outcome <> OLD.outcome "
    "OR NEW.proposed_by_id <> OLD.proposed_by_id OR NEW.confirmed_by_id <> OLD.confirmed_by_id "
    "OR (NEW.reasons <> OLD.reasons AND NEW.reasons <> ''))",
    "a decision stays as it was decided",
)
triggers.refuse_when(
    "labels_condition_stays",
    "labels_condition",
    "BEFORE UPDATE",
    "NEW.decision_id <> OLD.decision_id",
    "a condition belongs to its decision",
)
_DECIDED = (
    "EXISTS (SELECT 1 FROM labels_decision d "
    "WHERE d.id = OLD.decision_id AND d.decided_on IS NOT NULL)"
)
triggers.register(
    triggers.Trigger(
        "labels_condition_of_a_decision",
        "labels_condition",
        "BEFORE DELETE",
        f"BEGIN IF {_DECIDED} THEN RAISE EXCEPTION 'a condition belongs to its decision' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END;",
        f"SELECT RAISE(ABORT, 'a condition belongs to its decision') WHERE {_DECIDED};",
    )
)
