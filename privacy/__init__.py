"""The rights of the people the records are about."""
