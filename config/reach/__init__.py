"""Ways out to people: mail. Each sends one text to one address, and says what came of it."""
