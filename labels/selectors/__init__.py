"""What pages and other apps read about plans and labels."""

from labels.selectors.conversation import said_about_plans

__all__ = ["said_about_plans"]
