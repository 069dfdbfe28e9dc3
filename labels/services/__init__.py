"""Every write about plans, decisions and labels."""
