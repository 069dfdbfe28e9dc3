"""Who may see and change the programme: the team looks, the coordinator decides."""

import rules

from accounts.rules import is_coordinator, is_staff_member

for _model in ("edition", "quietperiod", "target", "plannedvalue"):
    rules.add_perm(f"programmes.view_{_model}", is_staff_member)
    rules.add_perm(f"programmes.add_{_model}", is_coordinator)
    # targets are only ever added, the database refuses anything else
    if _model != "target":
        rules.add_perm(f"programmes.change_{_model}", is_coordinator)
rules.add_perm("programmes.delete_quietperiod", is_coordinator)
