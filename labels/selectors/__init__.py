"""What pages and other apps read about plans and labels."""
