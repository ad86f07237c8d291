"""strict_moto: the embedded AWS."""
