"""The embedded AWS: moto, made to answer as the real one does."""
