"""Who may do what at the privacy desk."""

import rules

from accounts.rules import is_privacy_officer

for _verb in ("view", "add", "change"):
    rules.add_perm(f"privacy.{_verb}_subjectrequest", is_privacy_officer)
