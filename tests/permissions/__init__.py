"""What a run may do, by IAM."""
