"""Rules of families and paths that only a trigger can hold."""

from core import triggers

triggers.refuse("recruitment_guidancestep", deletes=False)

# The name is encrypted, so no constraint reads it; but an empty one is kept as it is.
for _verb in ("INSERT", "UPDATE"):
    triggers.refuse_when(
        f"recruitment_child_birth_year_{_verb.lower()}",
        "recruitment_child",
        f"BEFORE {_verb}",
        "NEW.birth_year IS NULL AND NEW.first_name <> ''",
        "only a child that was erased has no birth year",
    )
