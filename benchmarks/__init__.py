"""Measures requests per second and CPU time of the shop; README.md explains how to repeat and read it."""
