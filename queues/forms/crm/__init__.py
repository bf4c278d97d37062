"""What sales ops type to set up a connection to a CRM (I4)."""
