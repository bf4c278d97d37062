"""The REST endpoint (A1b). Its framework is slow to load, so only a request to it loads these modules."""

PREFIX = "/api/"
