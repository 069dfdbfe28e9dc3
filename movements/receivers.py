"""What becomes of what this app holds of a movement that goes into another one.

`movements.services.mergers` does it in the same transaction, before it tells the other apps.
"""

from movements.signals import Manner, handles

handles(
    Manner.ENDS,
    "movements.coachassignment.movement",
    "movements.mandate.movement",
    "movements.pause.movement",
)
handles(Manner.VOID, "movements.joinrequest.movement", "movements.teamlink.movement")
handles(
    Manner.STAYS,
    "movements.formername.movement",
    "movements.headcount.movement",
    "movements.message.movement",
    "movements.succession.source",
    "movements.succession.target",
)
