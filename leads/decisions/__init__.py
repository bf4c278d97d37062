"""The pure rules of leads: plain functions and frozen dataclasses."""
