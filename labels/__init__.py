"""The ten points, the action plan, the assessment and the label."""
