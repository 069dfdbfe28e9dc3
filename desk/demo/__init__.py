"""The demonstration programme: a fictional city, made with the same services as a real one."""
