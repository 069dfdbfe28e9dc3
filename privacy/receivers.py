"""What other mechanisms ask of this app."""

from core import tombstones
from privacy.services import erasure

tombstones.register_replayer(erasure.replay)
