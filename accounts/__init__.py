"""Who somebody is and which roles they hold today."""
