"""The four figures counted again, from the domain's words and the bare rows alone.

Nothing of the product is used here but its tables: no query, no selector, no rule.
"""

from datetime import date
from typing import Any

from django.apps import apps

Row = dict[str, Any]
Rows = dict[str, list[Row]]
TABLES = [
    "labels.Label",
    "labels.LabelEvent",
    "labels.Decision",
    "recruitment.Guidance",
    "recruitment.GuidanceStep",
    "homevisits.HomeVisit",
    "testimonies.Testimony",
    "movements.Movement",
    "movements.Pause",
    "labels.ActionPlan",
    "labels.ActionPoint",
]


def dump() -> Rows:
    """Every row of the tables that the figures are about."""
    return {name: list(apps.get_model(name).objects.order_by("id").values()) for name in TABLES}


def in_edition(day: date | None, first: date, last: date, on: date) -> bool:
    """Both ends are included, and what comes after `on` is not known yet."""
    return day is not None and first <= day <= last and day <= on


def is_valid(label: Row, events: list[Row], on: date) -> bool:
    """Start ≤ date ≤ end, not paused, not withdrawn, not given back, no merger."""
    if on < label["starts_on"] or on > label["ends_on"]:
        return False
    paused = False
    for event in sorted(events, key=lambda e: (e["on"], e["id"])):
        if event["label_id"] != label["id"] or event["on"] > on:
            continue
        if event["kind"] in ("withdrawn", "given_back", "merged"):
            return False
        paused = event["kind"] == "paused"
    return not paused


def labels(rows: Rows, first: date, last: date, on: date) -> int:
    """Different movements holding a valid label."""
    holders = set()
    for label in rows["labels.Label"]:
        if is_valid(label, rows["labels.LabelEvent"], on):
            holders.add(label["movement_id"])
    return len(holders)


def recruits(rows: Rows, first: date, last: date, on: date) -> int:
    """Different children who became a member in the edition."""
    child_of = {row["id"]: row["child_id"] for row in rows["recruitment.Guidance"]}
    joined = set()
    for step in rows["recruitment.GuidanceStep"]:
        if step["stage"] == "member" and in_edition(step["on"], first, last, on):
            joined.add(child_of[step["guidance_id"]])
    return len(joined)


def home_visits(rows: Rows, first: date, last: date, on: date) -> int:
    """One per household per day with a conversation."""
    counted = set()
    for visit in rows["homevisits.HomeVisit"]:
        if visit["outcome"] == "conversation" and in_edition(visit["on"], first, last, on):
            counted.add((visit["household_id"], visit["on"]))
    return len(counted)


def testimonies(rows: Rows, first: date, last: date, on: date) -> int:
    """Stories shared for the first time in the edition, withdrawn since or not."""
    shared = 0
    for story in rows["testimonies.Testimony"]:
        if in_edition(story["first_published_on"], first, last, on):
            shared += 1
    return shared


FIGURES = {
    "labels": labels,
    "recruits": recruits,
    "home_visits": home_visits,
    "testimonies": testimonies,
}


def running(rows: Rows, on: date) -> set[int]:
    """The movements that began, did not stop, and do not pause on that day."""
    found = set()
    for movement in rows["movements.Movement"]:
        begun = movement["started_on"] is None or movement["started_on"] <= on
        over = movement["stopped_on"] is not None and movement["stopped_on"] < on
        pausing = any(
            pause["movement_id"] == movement["id"]
            and pause["starts_on"] <= on
            and (pause["ends_on"] is None or on <= pause["ends_on"])
            for pause in rows["movements.Pause"]
        )
        if begun and not over and not pausing:
            found.add(movement["id"])
    return found


def bar(rows: Rows, number: int, on: date) -> int:
    """In how many of them the last plan that was handed in has this point done."""
    reached = 0
    for movement in running(rows, on):
        plans = [p["id"] for p in rows["labels.ActionPlan"] if p["movement_id"] == movement]
        handed_in = [p["id"] for p in rows["labels.ActionPlan"] if p["submitted_at"]]
        newest = max((p for p in plans if p in handed_in), default=None)
        reached += any(
            point["plan_id"] == newest and point["number"] == number and point["is_done"]
            for point in rows["labels.ActionPoint"]
        )
    return reached


def beside(rows: Rows, first: date, last: date, on: date) -> dict[str, int]:
    """The numbers without a target that stand beside the four."""
    movement_of = {row["decision_id"]: row["movement_id"] for row in rows["labels.Label"]}
    ever = {
        movement_of[d["id"]]
        for d in rows["labels.Decision"]
        if d["id"] in movement_of and d["decided_on"] <= on
    }
    visits = [v for v in rows["homevisits.HomeVisit"] if in_edition(v["on"], first, last, on)]
    outcomes = [visit["outcome"] for visit in visits]
    seen, again = set(), 0
    for visit in visits:
        if visit["outcome"] == "conversation":
            again += (visit["household_id"], visit["on"]) in seen
            seen.add((visit["household_id"], visit["on"]))
    stories = rows["testimonies.Testimony"]
    shared = [s for s in stories if s["first_published_on"] and s["first_published_on"] <= on]
    gone = [s for s in shared if s["withdrawn_on"] and s["withdrawn_on"] <= on]
    return {
        "ever awarded": len(ever),
        "nobody home": outcomes.count("nobody_home"),
        "cancelled": outcomes.count("cancelled"),
        "refused": outcomes.count("refused"),
        "second visit on the same day": again,
        "online now": len(shared) - len(gone),
        "withdrawn": len(gone),
        "ever shared": len(shared),
    }
