"""Plays a session against the simulated X: the demo, and rehearsals with any posts."""
