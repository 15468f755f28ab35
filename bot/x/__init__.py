"""Touches X: the port, its adapter, and a simulator to run against."""
