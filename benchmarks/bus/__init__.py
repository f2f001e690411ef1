"""What the bus costs, in messages per second and milliseconds; ../README.md says how to repeat and read it."""
