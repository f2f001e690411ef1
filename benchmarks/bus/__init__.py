"""Benchmarks of the bus, in messages per second and milliseconds; ../README.md explains how to run and read them."""
