"""What routing does when a fact about a lead arrives."""
