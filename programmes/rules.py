"""Who may see and change the programme: the team looks, the coordinator decides.

Partners, agreements and secondments decide who gets in, so they are for the coordinator alone.
"""

import rules

from accounts.rules import is_coordinator, is_staff_member

for _model in ("edition", "quietperiod", "target", "plannedvalue"):
    rules.add_perm(f"programmes.view_{_model}", is_staff_member)
    rules.add_perm(f"programmes.add_{_model}", is_coordinator)
    # targets are only ever added, the database refuses anything else
    if _model != "target":
        rules.add_perm(f"programmes.change_{_model}", is_coordinator)
rules.add_perm("programmes.delete_quietperiod", is_coordinator)
for _model in ("partner", "dataagreement", "secondment"):
    for _verb in ("view", "add", "change"):
        rules.add_perm(f"programmes.{_verb}_{_model}", is_coordinator)
