"""The audit trail: append-only events, hash chain per case, signed seals, verification, export."""
