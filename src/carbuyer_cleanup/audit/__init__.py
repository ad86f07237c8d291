"""The audit: whether anything of the workshop is left anywhere in an account. It shares no finder with the deleters."""
