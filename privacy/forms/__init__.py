"""Forms of the privacy desk."""
