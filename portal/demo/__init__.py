"""Believable content for trying out and measuring the portal. Never part of a portal with real people in it."""
