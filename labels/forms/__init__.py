"""The forms of plans and labels, one file per audience."""
