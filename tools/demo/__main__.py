from tools.run import run

run("tools.demo.command")
