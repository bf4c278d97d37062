"""Django's SQLite backend with a fair line for writers: ENGINE = "config.sqlite"."""
