"""Rules of movements that only a trigger can hold."""

from core import triggers

# Two pauses of a movement never share a day; two writers at once are held apart by the service.
_OVERLAP = """
    EXISTS (SELECT 1 FROM movements_pause p WHERE p.movement_id = NEW.movement_id{other}
        AND p.starts_on <= COALESCE(NEW.ends_on, '9999-12-31')
        AND COALESCE(p.ends_on, '9999-12-31') >= NEW.starts_on)
"""
for _verb, _other in (("INSERT", ""), ("UPDATE", " AND p.id <> NEW.id")):
    triggers.refuse_when(
        f"movements_pause_overlap_{_verb.lower()}",
        "movements_pause",
        f"BEFORE {_verb}",
        _OVERLAP.format(other=_other),
        "pauses of a movement may not overlap",
    )
