"""Support and outreach: interviews, counselling, trainings, days."""
