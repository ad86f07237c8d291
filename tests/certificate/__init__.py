"""The certificate: made, signed, verified, forged."""
