"""What IAM must allow: the policies of ``docs/iam``, and what the caller lacks before anything is deleted."""
