"""Connections to CRMs in words (I4)."""
