"""What takes how long: each module is run by its name."""
