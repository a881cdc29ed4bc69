"""Doubles of the two outside services, for tests and demonstrations; they share no code with the application."""
