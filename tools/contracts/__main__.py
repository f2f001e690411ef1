from tools.run import run

run("tools.contracts.command")
