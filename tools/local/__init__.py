"""
A Postgres and a web server on this machine, with nothing installed: for the demo, the tests and the benchmarks.

They listen on this machine alone and end with the process that started them. Nothing that a deployment needs belongs
here.
"""
