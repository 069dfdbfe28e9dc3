"""What a database that has run for a while knows about its tables."""

from django.db import connection


def learn() -> None:
    """Let the planner count rows that a test made in bulk, as autovacuum does in production.

    Tables that were counted while they were empty otherwise get plans made for one row.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
