"""Ways out to people: mail, chats, gateways, push. Each sends one text to one address, and says what came of it."""
