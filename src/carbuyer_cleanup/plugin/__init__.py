"""What is pytest's: the session, the terminal, the report."""
