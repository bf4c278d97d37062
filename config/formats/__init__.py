"""What Alur writes in another way than Django does, by language (FORMAT_MODULE_PATH)."""
