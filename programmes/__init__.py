"""The edition of the programme: names, period, policy, targets."""
