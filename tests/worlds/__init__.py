"""Other implementations of AWS, and other tools."""
