from tools.run import run

run("tools.seeding.command")
