"""Each kind of resource: what is found, what is deleted, what stays."""
