"""What arrives with a request: how much of it is read, the same under each server, and what no field may hold."""
