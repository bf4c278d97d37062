"""The pages of connections to CRMs, for sales ops (I4)."""
