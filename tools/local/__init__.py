"""
A Postgres and a web server on this machine, without installing anything: for the demo, the tests and the benchmarks.

They listen only on this machine and end with the process that started them.

Must not go here: code that a deployment needs, and the steps of the demo (`tools.demo`).
"""
