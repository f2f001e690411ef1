"""What the shop costs, in requests per second and CPU time; README.md says how to repeat and read it."""
