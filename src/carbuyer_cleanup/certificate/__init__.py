"""The certificate: what is written, signed and verified."""
