"""Staff, roles, purposes, two factors and four eyes."""
