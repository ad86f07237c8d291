"""The audit: whether anything of the workshop is left anywhere in an account. It doesn't use the steps' finders."""
